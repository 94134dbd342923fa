"""Strategies by name: ours by a word, a user's by ``package.module:Class``.

It builds a strategy from settings and says exactly what is wrong with them; it never
runs one.
"""

import inspect
import math
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from khms_trader.errors import ConfigError
from khms_trader.strategy.foreign import blamed, load_module
from khms_trader.strategy.protocol import Strategy
from khms_trader.strategy.trend_momentum import TrendMomentum

_OURS: Final[Mapping[str, Callable[..., object]]] = {TrendMomentum.name: TrendMomentum}
_IMPORT_PATH: Final = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<member>\w+)")
_SCALARS: Final = (bool, int, float, str)


def create(
    name: str, params: Mapping[str, object], *, search_path: Path | None = None
) -> Strategy:
    """Return the strategy ``name`` constructed with ``params`` as keywords.

    ``search_path`` is a folder in which the module of an import path may lie; it is on
    ``sys.path`` only while that module is imported.

    Raises:
        ConfigError: the name, a parameter or the user's module cannot be used.
    """
    maker = _OURS[name] if name in _OURS else _imported(name, search_path)
    with blamed("strategy_not_usable", path=name, member="__init__"):
        signature = inspect.signature(maker, eval_str=True)
    keywords = _keywords(name, params, signature)
    with blamed("strategy_params_refused", strategy=name):
        made = maker(**keywords)
    return _usable(name, made)


def _imported(name: str, search_path: Path | None) -> Callable[..., object]:
    path = _IMPORT_PATH.fullmatch(name)
    if path is None:
        raise _unknown(name)
    with blamed("strategy_not_importable", path=name):
        module = load_module(path["module"], search_path)
    members = vars(module)
    if path["member"] not in members:
        classes = [key for key, value in members.items() if inspect.isclass(value)]
        raise ConfigError(
            "strategy_class_missing",
            path=name,
            file=str(module.__file__),
            nearest=_nearest(path["member"], classes),
        )
    member = members[path["member"]]
    if not callable(member):
        raise ConfigError(
            "strategy_not_usable",
            path=name,
            member="__init__",
            reason=repr(member),
        )
    maker: Callable[..., object] = member
    return maker


def _unknown(name: str) -> ConfigError:
    module, dot, member = name.rpartition(".")
    guess = f"{module}:{member}" if dot and ":" not in name else ""
    return ConfigError(
        "strategy_unknown",
        name=name,
        nearest=_nearest(name, list(_OURS)) or guess,
        known=", ".join(_OURS),
    )


def _keywords(
    strategy: str, params: Mapping[str, object], signature: inspect.Signature
) -> Mapping[str, object]:
    named = {
        key: parameter
        for key, parameter in signature.parameters.items()
        if parameter.kind in {parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD}
    }
    takes_any = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    for key in params:
        if key not in named and not takes_any:
            raise ConfigError(
                "strategy_param_unknown",
                strategy=strategy,
                name=key,
                nearest=_nearest(str(key), list(named)),
                known=", ".join(named),
            )
    for key, parameter in named.items():
        if parameter.default is parameter.empty and key not in params:
            raise ConfigError("strategy_param_missing", strategy=strategy, name=key)
    return {
        key: _typed(key, value, named[key].annotation if key in named else None)
        for key, value in params.items()
    }


def _typed(name: str, value: object, wanted: object) -> object:
    """Return ``value`` if it is what the annotation ``wanted`` says, as a scalar."""
    if wanted is float and type(value) is int:
        value = float(value)
    scalars = [wanted] if wanted in _SCALARS else _SCALARS
    if type(value) not in scalars:
        rule = " | ".join(getattr(scalar, "__name__", "") for scalar in scalars)
    elif isinstance(value, float) and not math.isfinite(value):
        rule = "finite"
    else:
        return value
    raise ConfigError("strategy_param_invalid", name=name, value=value, rule=rule)


def _usable(path: str, made: object) -> Strategy:
    with blamed("strategy_not_usable", path=path, member="name, lookback, params"):
        problem = _problem(made)
        if not problem and isinstance(made, Strategy):
            return made
    raise ConfigError(
        "strategy_not_usable",
        path=path,
        member=problem,
        reason=repr(getattr(made, problem, None)),
    )


def _problem(made: object) -> str:
    name, lookback = getattr(made, "name", None), getattr(made, "lookback", None)
    params = getattr(made, "params", None)
    if not isinstance(name, str) or not name:
        return "name"
    if type(lookback) is not int or lookback < 1:
        return "lookback"
    if not isinstance(params, Mapping) or not _are_plain(params):
        return "params"
    return "" if callable(getattr(made, "evaluate", None)) else "evaluate"


def _are_plain(params: Mapping[object, object]) -> bool:
    return all(
        isinstance(key, str) and type(value) in _SCALARS
        for key, value in params.items()
    )


def _nearest(word: str, known: list[str]) -> str:
    return next(iter(get_close_matches(word, known, n=1)), "")
