"""The bodies and field tables of the wire sheet, copied as they stand there."""

from typing import Any, Final

Body = dict[str, Any]

# 2.1
TOKEN_TOO_SOON: Final[Body] = {
    "error_description": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
    "error_code": "EGW00133",
}

# 3.
THROTTLED: Final[Body] = {
    "rt_cd": "1",
    "msg1": "초당 거래건수를 초과하였습니다.",
    "msg_cd": "EGW00201",
    "message": "EGW00201",
}

# 4.1
VIRTUAL_BUY: Final[Body] = {
    "rt_cd": "0",
    "msg_cd": "40600000",
    "msg1": "모의투자 매수주문이 완료 되었습니다.",
    "output": {
        "KRX_FWDG_ORD_ORGNO": "00950",
        "ODNO": "0000038614",
        "ORD_TMD": "152556",
    },
}

# 4.2
CANCEL: Final[Body] = {
    "rt_cd": "0",
    "msg_cd": "APBK0013",
    "msg1": "주문 전송 완료 되었습니다.",
    "output": {
        "KRX_FWDG_ORD_ORGNO": "06010",
        "ODNO": "0001569139",
        "ORD_TMD": "131438",
    },
}

# 4.3
BALANCE: Final[Body] = {
    "ctx_area_fk100": "00000000^01^N^N^01^01^N^<blank to 100>",
    "ctx_area_nk100": "<blank to 100>",
    "output1": [
        {
            "pdno": "009150",
            "prdt_name": "삼성전기",
            "trad_dvsn_name": "현금",
            "bfdy_buy_qty": "12",
            "bfdy_sll_qty": "0",
            "thdt_buyqty": "1686",
            "thdt_sll_qty": "41",
            "hldg_qty": "1657",
            "ord_psbl_qty": "1611",
            "pchs_avg_pric": "135440.2517",
            "pchs_amt": "224424497",
            "prpr": "0",
            "evlu_amt": "0",
            "evlu_pfls_amt": "0",
            "evlu_pfls_rt": "0.00",
            "evlu_erng_rt": "0.00000000",
            "loan_dt": "",
            "loan_amt": "0",
            "stln_slng_chgs": "0",
            "expd_dt": "",
            "fltt_rt": "-100.00000000",
            "bfdy_cprs_icdc": "-184500",
            "item_mgna_rt_name": "",
            "grta_rt_name": "",
            "sbst_pric": "140220",
            "stck_loan_unpr": "0.0000",
        }
    ],
    "output2": [
        {
            "dnca_tot_amt": "346455",
            "nxdy_excc_amt": "346455",
            "prvs_rcdl_excc_amt": "346455",
            "cma_evlu_amt": "0",
            "bfdy_buy_amt": "0",
            "thdt_buy_amt": "0",
            "nxdy_auto_rdpt_amt": "0",
            "bfdy_sll_amt": "0",
            "thdt_sll_amt": "0",
            "d2_auto_rdpt_amt": "0",
            "bfdy_tlex_amt": "0",
            "thdt_tlex_amt": "0",
            "tot_loan_amt": "0",
            "scts_evlu_amt": "1759600",
            "tot_evlu_amt": "2106055",
            "nass_amt": "2106055",
            "fncg_gld_auto_rdpt_yn": "",
            "pchs_amt_smtl_amt": "2516522",
            "evlu_amt_smtl_amt": "1759600",
            "evlu_pfls_smtl_amt": "-756922",
            "tot_stln_slng_chgs": "0",
            "bfdy_tot_asst_evlu_amt": "2142945",
            "asst_icdc_amt": "-36890",
            "asst_icdc_erng_rt": "0.00000000",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "KIOK0510",
    "msg1": "조회가 완료되었습니다",
}

# 4.4
BUYING_POWER: Final[Body] = {
    "output": {
        "ord_psbl_cash": "741191178",
        "ord_psbl_sbst": "0",
        "ruse_psbl_amt": "0",
        "fund_rpch_chgs": "0",
        "psbl_qty_calc_unpr": "70000",
        "nrcvb_buy_amt": "107177377",
        "nrcvb_buy_qty": "1531",
        "max_buy_amt": "1482382356",
        "max_buy_qty": "21176",
        "cma_evlu_amt": "0",
        "ovrs_re_use_amt_wcrc": "0",
        "ord_psbl_frcr_amt_wcrc": "1468797045293",
    },
    "rt_cd": "0",
    "msg_cd": "KIOK0510",
    "msg1": "조회가 완료되었습니다",
}

# 4.6
VIRTUAL_ORDER_ROW: Final[Body] = {
    "ord_dt": "20260731",
    "odno": "0000023037",
    "orgn_odno": "0000000000",
    "ord_dvsn_name": "시장가",
    "sll_buy_dvsn_cd": "02",
    "pdno": "000000",
    "ord_qty": "1",
    "ord_unpr": "0",
    "ord_tmd": "114811",
    "tot_ccld_qty": "1",
    "tot_ccld_amt": "249500",
    "avg_prvs": "249500",
    "rmn_qty": "0",
    "cncl_yn": "N",
    "rjct_qty": "0",
}

# 4.6
DAILY_ORDERS: Final[Body] = {
    "ctx_area_fk100": "00000000^01^20220103^20220103^ ^00^00^<blank to 100>",
    "ctx_area_nk100": "<blank to 100>",
    "output1": [
        {
            "ord_dt": "20220103",
            "ord_gno_brno": "06010",
            "odno": "0001568197",
            "orgn_odno": "",
            "ord_dvsn_name": "Limit",
            "sll_buy_dvsn_cd": "02",
            "sll_buy_dvsn_cd_name": "BUY REJECT",
            "pdno": "009150",
            "prdt_name": "삼성전기",
            "ord_qty": "10",
            "ord_unpr": "150000",
            "ord_tmd": "170100",
            "tot_ccld_qty": "0",
            "avg_prvs": "0",
            "cncl_yn": "",
            "tot_ccld_amt": "0",
            "loan_dt": "",
            "ordr_empno": "Nsmart",
            "ord_dvsn_cd": "00",
            "cncl_cfrm_qty": "0",
            "rmn_qty": "0",
            "rjct_qty": "10",
            "ccld_cndt_name": "None",
            "inqr_ip_addr": "***",
            "cpbc_ordp_ord_rcit_dvsn_cd": "",
            "cpbc_ordp_infm_mthd_dvsn_cd": "",
            "infm_tmd": "",
            "ctac_tlno": "***",
            "prdt_type_cd": "300",
            "excg_dvsn_cd": "02",
            "cpbc_ordp_mtrl_dvsn_cd": "11",
            "ord_orgno": "00000",
            "rsvn_ord_end_dt": "",
        }
    ],
    "output2": {
        "tot_ord_qty": "281",
        "tot_ccld_qty": "0",
        "tot_ccld_amt": "0",
        "prsm_tlex_smtl": "0",
        "pchs_avg_pric": "0.0000",
    },
    "rt_cd": "0",
    "msg_cd": "KIOK0510",
    "msg1": "조회가 완료되었습니다",
}

# 4.8
PRICE: Final[Body] = {
    "output": {
        "iscd_stat_cls_code": "55",
        "marg_rate": "20.00",
        "rprs_mrkt_kor_name": "KOSPI200",
        "bstp_kor_isnm": "전기.전자",
        "temp_stop_yn": "N",
        "oprc_rang_cont_yn": "N",
        "clpr_rang_cont_yn": "N",
        "crdt_able_yn": "Y",
        "grmn_rate_cls_code": "40",
        "elw_pblc_yn": "Y",
        "stck_prpr": "128500",
        "prdy_vrss": "0",
        "prdy_vrss_sign": "3",
        "prdy_ctrt": "0.00",
        "acml_tr_pbmn": "344570137500",
        "acml_vol": "2669075",
        "prdy_vrss_vol_rate": "75.14",
        "stck_oprc": "128500",
        "stck_hgpr": "130000",
        "stck_lwpr": "128500",
        "stck_mxpr": "167000",
        "stck_llam": "90000",
        "stck_sdpr": "128500",
        "wghn_avrg_stck_prc": "129097.23",
        "hts_frgn_ehrt": "49.48",
        "frgn_ntby_qty": "0",
        "pgtr_ntby_qty": "287715",
        "pvt_scnd_dmrs_prc": "131833",
        "pvt_frst_dmrs_prc": "130166",
        "pvt_pont_val": "128333",
        "pvt_frst_dmsp_prc": "126666",
        "pvt_scnd_dmsp_prc": "124833",
        "dmrs_val": "129250",
        "dmsp_val": "125750",
        "cpfn": "36577",
        "rstc_wdth_prc": "38500",
        "stck_fcam": "5000",
        "stck_sspr": "97660",
        "aspr_unit": "500",
        "hts_deal_qty_unit_val": "1",
        "lstn_stcn": "728002365",
        "hts_avls": "935483",
        "per": "19.67",
        "pbr": "1.72",
        "stac_month": "12",
        "vol_tnrt": "0.37",
        "eps": "6532.00",
        "bps": "74721.00",
        "d250_hgpr": "149500",
        "d250_hgpr_date": "20210225",
        "d250_hgpr_vrss_prpr_rate": "-14.05",
        "d250_lwpr": "90500",
        "d250_lwpr_date": "20211013",
        "d250_lwpr_vrss_prpr_rate": "41.99",
        "stck_dryy_hgpr": "132500",
        "dryy_hgpr_vrss_prpr_rate": "-3.02",
        "dryy_hgpr_date": "20220103",
        "stck_dryy_lwpr": "121500",
        "dryy_lwpr_vrss_prpr_rate": "5.76",
        "dryy_lwpr_date": "20220105",
        "w52_hgpr": "149500",
        "w52_hgpr_vrss_prpr_ctrt": "-14.05",
        "w52_hgpr_date": "20210225",
        "w52_lwpr": "90500",
        "w52_lwpr_vrss_prpr_ctrt": "41.99",
        "w52_lwpr_date": "20211013",
        "whol_loan_rmnd_rate": "0.22",
        "ssts_yn": "Y",
        "stck_shrn_iscd": "000660",
        "fcam_cnnm": "5,000",
        "cpfn_cnnm": "36,576 억",
        "frgn_hldn_qty": "360220601",
        "vi_cls_code": "N",
        "ovtm_vi_cls_code": "N",
        "last_ssts_cntg_qty": "43916",
        "invt_caful_yn": "N",
        "mrkt_warn_cls_code": "00",
        "short_over_yn": "N",
        "sltr_yn": "N",
    },
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다!",
}

# 4.9
ASKING_PRICE: Final[Body] = {
    "output1": {
        "aspr_acpt_hour": "101500",
        "askp1": "12350",
        "askp2": "12360",
        "bidp1": "12340",
        "bidp2": "12330",
        "askp_rsqn1": "1200",
        "bidp_rsqn1": "800",
        "askp_rsqn_icdc1": "0",
        "bidp_rsqn_icdc1": "-10",
        "total_askp_rsqn": "45000",
        "total_bidp_rsqn": "39000",
        "total_askp_rsqn_icdc": "0",
        "total_bidp_rsqn_icdc": "0",
        "ovtm_total_askp_rsqn": "0",
        "ovtm_total_bidp_rsqn": "0",
        "ntby_aspr_rsqn": "-6000",
        "new_mkop_cls_code": "20",
    },
    "output2": {
        "antc_mkop_cls_code": "311",
        "stck_prpr": "12350",
        "stck_oprc": "12300",
        "stck_hgpr": "12400",
        "stck_lwpr": "12250",
        "stck_sdpr": "12310",
        "antc_cnpr": "12340",
        "antc_cntg_vrss_sign": "2",
        "antc_cntg_vrss": "30",
        "antc_cntg_prdy_ctrt": "0.24",
        "antc_vol": "1000",
        "stck_shrn_iscd": "000000",
        "vi_cls_code": "N",
    },
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다.",
}

# 4.10
PERIOD_BAR: Final[Body] = {
    "stck_bsop_date": "20260820",
    "stck_clpr": "271000",
    "stck_oprc": "257000",
    "stck_hgpr": "273000",
    "stck_lwpr": "252500",
    "acml_vol": "26095919",
    "acml_tr_pbmn": "6961393123500",
    "flng_cls_code": "00",
    "prtt_rate": "0.00",
    "mod_yn": "N",
    "prdy_vrss_sign": "2",
    "prdy_vrss": "23500",
    "revl_issu_reas": "",
}

# 4.11
DAILY_PRICE: Final[Body] = {
    "output": [
        {
            "stck_bsop_date": "20220111",
            "stck_oprc": "125500",
            "stck_hgpr": "128500",
            "stck_lwpr": "124500",
            "stck_clpr": "128000",
            "acml_vol": "3908418",
            "prdy_vrss_vol_rate": "13.31",
            "prdy_vrss": "3500",
            "prdy_vrss_sign": "2",
            "prdy_ctrt": "2.81",
            "hts_frgn_ehrt": "49.39",
            "frgn_ntby_qty": "0",
            "flng_cls_code": "00",
            "acml_prtt_rate": "1.00",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다!",
}

# 4.12
TICKS: Final[Body] = {
    "output": [
        {
            "stck_cntg_hour": "155955",
            "stck_prpr": "78900",
            "prdy_vrss": "900",
            "prdy_vrss_sign": "2",
            "cntg_vol": "2",
            "tday_rltv": "114.05",
            "prdy_ctrt": "1.15",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다!",
}

# 4.13
INVESTORS: Final[Body] = {
    "output": [
        {
            "stck_bsop_date": "20220113",
            "stck_clpr": "129500",
            "prdy_vrss": "1000",
            "prdy_vrss_sign": "2",
            "prsn_ntby_qty": "-287624",
            "frgn_ntby_qty": "797458",
            "orgn_ntby_qty": "-503653",
            "prsn_ntby_tr_pbmn": "-37176",
            "frgn_ntby_tr_pbmn": "102959",
            "orgn_ntby_tr_pbmn": "-64984",
            "prsn_shnu_vol": "467525",
            "frgn_shnu_vol": "1442791",
            "orgn_shnu_vol": "2219433",
            "prsn_shnu_tr_pbmn": "60368",
            "frgn_shnu_tr_pbmn": "186166",
            "orgn_shnu_tr_pbmn": "286505",
            "prsn_seln_vol": "755149",
            "frgn_seln_vol": "645333",
            "orgn_seln_vol": "2723086",
            "prsn_seln_tr_pbmn": "97544",
            "frgn_seln_tr_pbmn": "83207",
            "orgn_seln_tr_pbmn": "351489",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다!",
}

# 4.14
MULTI_PRICE: Final[Body] = {
    "output": [
        {
            "kospi_kosdaq_cls_name": "거래소",
            "mrkt_trtm_cls_name": "거래소",
            "hour_cls_code": "0",
            "inter_shrn_iscd": "005930",
            "inter_kor_isnm": "삼성전자",
            "inter2_prpr": "77400",
            "inter2_prdy_vrss": "-800",
            "prdy_vrss_sign": "5",
            "prdy_ctrt": "-1.02",
            "acml_vol": "15713440",
            "inter2_oprc": "78600",
            "inter2_hgpr": "78800",
            "inter2_lwpr": "77200",
            "inter2_llam": "54800",
            "inter2_mxpr": "101600",
            "inter2_askp": "77400",
            "inter2_bidp": "77300",
            "seln_rsqn": "10248",
            "shnu_rsqn": "269626",
            "total_askp_rsqn": "1404667",
            "total_bidp_rsqn": "2150657",
            "acml_tr_pbmn": "1221686345500",
            "inter2_prdy_clpr": "78200",
            "oprc_vrss_hgpr_rate": "0.25",
            "intr_antc_cntg_vrss": "0",
            "intr_antc_cntg_vrss_sign": "3",
            "intr_antc_cntg_prdy_ctrt": "0.00",
            "intr_antc_vol": "0",
            "inter2_sdpr": "78200",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "MCA00000",
    "msg1": "정상처리 되었습니다.",
}

# 4.15
HOLIDAYS: Final[Body] = {
    "ctx_area_nk": "20230119<blank to 20>",
    "ctx_area_fk": "20221227<blank to 20>",
    "output": [
        {
            "bass_dt": "20221227",
            "wday_dvsn_cd": "03",
            "bzdy_yn": "Y",
            "tr_day_yn": "Y",
            "opnd_yn": "Y",
            "sttl_day_yn": "Y",
        }
    ],
    "rt_cd": "0",
    "msg_cd": "KIOK0500",
    "msg1": "조회가 계속됩니다..다음버튼을 Click 하십시오.",
}

# 9.
TOKEN: Final[Body] = {
    "access_token": "eyJ0eXAi…",
    "access_token_token_expired": "2026-11-23 08:16:59",
    "token_type": "Bearer",
    "expires_in": 86400,
}

# 9.
NOT_A_VIRTUAL_CALL: Final[Body] = {
    "rt_cd": "1",
    "msg_cd": "EGW02006",
    "msg1": "모의투자 TR 이 아닙니다.",
}

# 9.
AFTER_THE_CLOSE: Final[Body] = {
    "rt_cd": "1",
    "msg_cd": "40580000",
    "msg1": "모의투자 장종료 입니다.",
}

# 9.
NO_CASH: Final[Body] = {
    "rt_cd": "1",
    "msg_cd": "40250000",
    "msg1": "모의투자 주문가능금액이 부족합니다.",
}

# 9.
OTHER_ACCOUNT: Final[Body] = {
    "rt_cd": "2",
    "msg_cd": "OPSQ2000",
    "msg1": "ERROR : INPUT INVALID_CHECK_ACNO",
}

BALANCE_HOLDING_FIELDS: Final = """
pdno prdt_name trad_dvsn_name bfdy_buy_qty bfdy_sll_qty thdt_buyqty thdt_sll_qty
hldg_qty ord_psbl_qty pchs_avg_pric pchs_amt prpr evlu_amt evlu_pfls_amt
evlu_pfls_rt evlu_erng_rt loan_dt loan_amt stln_slng_chgs expd_dt fltt_rt
bfdy_cprs_icdc item_mgna_rt_name grta_rt_name sbst_pric stck_loan_unpr
"""

BALANCE_TOTAL_FIELDS: Final = """
dnca_tot_amt nxdy_excc_amt prvs_rcdl_excc_amt cma_evlu_amt bfdy_buy_amt thdt_buy_amt
nxdy_auto_rdpt_amt bfdy_sll_amt thdt_sll_amt d2_auto_rdpt_amt bfdy_tlex_amt
thdt_tlex_amt tot_loan_amt scts_evlu_amt tot_evlu_amt nass_amt fncg_gld_auto_rdpt_yn
pchs_amt_smtl_amt evlu_amt_smtl_amt evlu_pfls_smtl_amt tot_stln_slng_chgs
bfdy_tot_asst_evlu_amt asst_icdc_amt asst_icdc_erng_rt
"""

BUYING_POWER_FIELDS: Final = """
ord_psbl_cash ord_psbl_sbst ruse_psbl_amt fund_rpch_chgs psbl_qty_calc_unpr
nrcvb_buy_amt nrcvb_buy_qty max_buy_amt max_buy_qty cma_evlu_amt
ovrs_re_use_amt_wcrc ord_psbl_frcr_amt_wcrc
"""

ORDER_FIELDS: Final = """
ord_dt ord_gno_brno odno orgn_odno ord_dvsn_name sll_buy_dvsn_cd
sll_buy_dvsn_cd_name pdno prdt_name ord_qty ord_unpr ord_tmd tot_ccld_qty avg_prvs
cncl_yn tot_ccld_amt loan_dt ordr_empno ord_dvsn_cd cnc_cfrm_qty rmn_qty rjct_qty
ccld_cndt_name inqr_ip_addr cpbc_ordp_ord_rcit_dvsn_cd cpbc_ordp_infm_mthd_dvsn_cd
infm_tmd ctac_tlno prdt_type_cd excg_dvsn_cd cpbc_ordp_mtrl_dvsn_cd ord_orgno
rsvn_ord_end_dt excg_id_dvsn_Cd stpm_cndt_pric stpm_efct_occr_dtmd
"""

ORDER_TOTAL_FIELDS: Final = """
tot_ord_qty tot_ccld_qty tot_ccld_amt prsm_tlex_smtl pchs_avg_pric
"""

PRICE_FIELDS: Final = """
iscd_stat_cls_code marg_rate rprs_mrkt_kor_name new_hgpr_lwpr_cls_code bstp_kor_isnm
temp_stop_yn oprc_rang_cont_yn clpr_rang_cont_yn crdt_able_yn grmn_rate_cls_code
elw_pblc_yn stck_prpr prdy_vrss prdy_vrss_sign prdy_ctrt acml_tr_pbmn acml_vol
prdy_vrss_vol_rate stck_oprc stck_hgpr stck_lwpr stck_mxpr stck_llam stck_sdpr
wghn_avrg_stck_prc hts_frgn_ehrt frgn_ntby_qty pgtr_ntby_qty pvt_scnd_dmrs_prc
pvt_frst_dmrs_prc pvt_pont_val pvt_frst_dmsp_prc pvt_scnd_dmsp_prc dmrs_val dmsp_val
cpfn rstc_wdth_prc stck_fcam stck_sspr aspr_unit hts_deal_qty_unit_val lstn_stcn
hts_avls per pbr stac_month vol_tnrt eps bps d250_hgpr d250_hgpr_date
d250_hgpr_vrss_prpr_rate d250_lwpr d250_lwpr_date d250_lwpr_vrss_prpr_rate
stck_dryy_hgpr dryy_hgpr_vrss_prpr_rate dryy_hgpr_date stck_dryy_lwpr
dryy_lwpr_vrss_prpr_rate dryy_lwpr_date w52_hgpr w52_hgpr_vrss_prpr_ctrt
w52_hgpr_date w52_lwpr w52_lwpr_vrss_prpr_ctrt w52_lwpr_date whol_loan_rmnd_rate
ssts_yn stck_shrn_iscd fcam_cnnm cpfn_cnnm apprch_rate frgn_hldn_qty vi_cls_code
ovtm_vi_cls_code last_ssts_cntg_qty invt_caful_yn mrkt_warn_cls_code short_over_yn
sltr_yn mang_issu_cls_code
"""

DAILY_PRICE_FIELDS: Final = """
stck_bsop_date stck_oprc stck_hgpr stck_lwpr stck_clpr acml_vol prdy_vrss_vol_rate
prdy_vrss prdy_vrss_sign prdy_ctrt hts_frgn_ehrt frgn_ntby_qty flng_cls_code
acml_prtt_rate
"""

TICK_FIELDS: Final = """
stck_cntg_hour stck_prpr prdy_vrss prdy_vrss_sign cntg_vol tday_rltv prdy_ctrt
"""

INVESTOR_FIELDS: Final = """
stck_bsop_date stck_clpr prdy_vrss prdy_vrss_sign prsn_ntby_qty frgn_ntby_qty
orgn_ntby_qty prsn_ntby_tr_pbmn frgn_ntby_tr_pbmn orgn_ntby_tr_pbmn prsn_shnu_vol
frgn_shnu_vol orgn_shnu_vol prsn_shnu_tr_pbmn frgn_shnu_tr_pbmn orgn_shnu_tr_pbmn
prsn_seln_vol frgn_seln_vol orgn_seln_vol prsn_seln_tr_pbmn frgn_seln_tr_pbmn
orgn_seln_tr_pbmn
"""

MULTI_PRICE_FIELDS: Final = """
kospi_kosdaq_cls_name mrkt_trtm_cls_name hour_cls_code inter_shrn_iscd
inter_kor_isnm inter2_prpr inter2_prdy_vrss prdy_vrss_sign prdy_ctrt acml_vol
inter2_oprc inter2_hgpr inter2_lwpr inter2_llam inter2_mxpr inter2_askp inter2_bidp
seln_rsqn shnu_rsqn total_askp_rsqn total_bidp_rsqn acml_tr_pbmn inter2_prdy_clpr
oprc_vrss_hgpr_rate intr_antc_cntg_vrss intr_antc_cntg_vrss_sign
intr_antc_cntg_prdy_ctrt intr_antc_vol inter2_sdpr
"""

PERIOD_HEAD_FIELDS: Final = """
prdy_vrss prdy_vrss_sign prdy_ctrt stck_prdy_clpr acml_vol acml_tr_pbmn hts_kor_isnm
stck_prpr stck_shrn_iscd prdy_vol stck_mxpr stck_llam stck_oprc stck_hgpr stck_lwpr
stck_prdy_oprc stck_prdy_hgpr stck_prdy_lwpr askp bidp prdy_vrss_vol vol_tnrt
stck_fcam lstn_stcn cpfn hts_avls per eps pbr itewhol_loan_rmnd_ratem
"""
