"""Bodies as KIS's documents and captures print them (wire sheet, sections as named).

They are the vendor's own words: corrected only when the real server says otherwise.
"""

import json
import re
from typing import Any

Body = dict[str, Any]

_BLANKS = re.compile(r"<blank to (\d+)>")


def body_of(text: str) -> Body:
    """Return a printed body as it came, with the padding the sheet abbreviates."""
    found: Body = json.loads(text, object_pairs_hook=_padded)
    return found


def _padded(pairs: list[tuple[str, Any]]) -> Body:
    return {name: _pad(value) for name, value in pairs}


def _pad(value: object) -> object:
    if not isinstance(value, str):
        return value
    blanks = _BLANKS.search(value)
    return value[: blanks.start()].ljust(int(blanks[1])) if blanks else value


# 4.1, measured 2026-06-10 on the virtual server.
VIRTUAL_BUY_ACK = """
{"rt_cd":"0","msg_cd":"40600000","msg1":"모의투자 매수주문이 완료 되었습니다.",
"output":{"KRX_FWDG_ORD_ORGNO":"00950","ODNO":"0000038614","ORD_TMD":"152556"}}
"""

# 4.1, documented.
REAL_ORDER_ACK = """
{"rt_cd":"0","msg_cd":"APBK0013","msg1":"주문 전송 완료 되었습니다.",
"output":{"KRX_FWDG_ORD_ORGNO":"06010","ODNO":"0001569157","ORD_TMD":"155211"}}
"""

# 4.2, documented.
CANCEL_ACK = """
{"rt_cd":"0","msg_cd":"APBK0013","msg1":"주문 전송 완료 되었습니다.",
"output":{"KRX_FWDG_ORD_ORGNO":"06010","ODNO":"0001569139","ORD_TMD":"131438"}}
"""

# 4.3, documented; two snapshots, so its blocks do not add up.
BALANCE = """
{"ctx_area_fk100":"00000000^01^N^N^01^01^N^<blank to 100>","ctx_area_nk100":
"<blank to 100>","output1":[{"pdno":"009150","prdt_name":"삼성전기",
"trad_dvsn_name":"현금","bfdy_buy_qty":"12","bfdy_sll_qty":"0","thdt_buyqty":
"1686","thdt_sll_qty":"41","hldg_qty":"1657","ord_psbl_qty":"1611",
"pchs_avg_pric":"135440.2517","pchs_amt":"224424497","prpr":"0","evlu_amt":"0",
"evlu_pfls_amt":"0","evlu_pfls_rt":"0.00","evlu_erng_rt":"0.00000000","loan_dt":
"","loan_amt":"0","stln_slng_chgs":"0","expd_dt":"","fltt_rt":"-100.00000000",
"bfdy_cprs_icdc":"-184500","item_mgna_rt_name":"","grta_rt_name":"","sbst_pric":
"140220","stck_loan_unpr":"0.0000"}],"output2":[{"dnca_tot_amt":"346455",
"nxdy_excc_amt":"346455","prvs_rcdl_excc_amt":"346455","cma_evlu_amt":"0",
"bfdy_buy_amt":"0","thdt_buy_amt":"0","nxdy_auto_rdpt_amt":"0","bfdy_sll_amt":
"0","thdt_sll_amt":"0","d2_auto_rdpt_amt":"0","bfdy_tlex_amt":"0",
"thdt_tlex_amt":"0","tot_loan_amt":"0","scts_evlu_amt":"1759600","tot_evlu_amt":
"2106055","nass_amt":"2106055","fncg_gld_auto_rdpt_yn":"","pchs_amt_smtl_amt":
"2516522","evlu_amt_smtl_amt":"1759600","evlu_pfls_smtl_amt":"-756922",
"tot_stln_slng_chgs":"0","bfdy_tot_asst_evlu_amt":"2142945","asst_icdc_amt":
"-36890","asst_icdc_erng_rt":"0.00000000"}],"rt_cd":"0","msg_cd":"KIOK0510",
"msg1":"조회가 완료되었습니다"}
"""

# 4.4, documented.
BUYING_POWER = """
{"output":{"ord_psbl_cash":"741191178","ord_psbl_sbst":"0","ruse_psbl_amt":"0",
"fund_rpch_chgs":"0","psbl_qty_calc_unpr":"70000","nrcvb_buy_amt":"107177377",
"nrcvb_buy_qty":"1531","max_buy_amt":"1482382356","max_buy_qty":"21176",
"cma_evlu_amt":"0","ovrs_re_use_amt_wcrc":"0","ord_psbl_frcr_amt_wcrc":
"1468797045293"},"rt_cd":"0","msg_cd":"KIOK0510","msg1":"조회가 완료되었습니다"}
"""

# 4.6, measured 2026-07-31 on the virtual server; only these fields are known.
VIRTUAL_ORDER_ROW = """
{"ord_dt":"20260731","odno":"0000023037","orgn_odno":"0000000000",
"ord_dvsn_name":"시장가","sll_buy_dvsn_cd":"02","pdno":"000000","ord_qty":"1",
"ord_unpr":"0","ord_tmd":"114811","tot_ccld_qty":"1","tot_ccld_amt":"249500",
"avg_prvs":"249500","rmn_qty":"0","cncl_yn":"N","rjct_qty":"0"}
"""

# 4.6, documented.
DAILY_ORDERS = """
{"ctx_area_fk100":"00000000^01^20220103^20220103^ ^00^00^<blank to 100>",
"ctx_area_nk100":"<blank to 100>","output1":[{"ord_dt":"20220103",
"ord_gno_brno":"06010","odno":"0001568197","orgn_odno":"","ord_dvsn_name":
"Limit","sll_buy_dvsn_cd":"02","sll_buy_dvsn_cd_name":"BUY REJECT","pdno":
"009150","prdt_name":"삼성전기","ord_qty":"10","ord_unpr":"150000","ord_tmd":
"170100","tot_ccld_qty":"0","avg_prvs":"0","cncl_yn":"","tot_ccld_amt":"0",
"loan_dt":"","ordr_empno":"Nsmart","ord_dvsn_cd":"00","cncl_cfrm_qty":"0",
"rmn_qty":"0","rjct_qty":"10","ccld_cndt_name":"None","inqr_ip_addr":"***",
"cpbc_ordp_ord_rcit_dvsn_cd":"","cpbc_ordp_infm_mthd_dvsn_cd":"","infm_tmd":"",
"ctac_tlno":"***","prdt_type_cd":"300","excg_dvsn_cd":"02",
"cpbc_ordp_mtrl_dvsn_cd":"11","ord_orgno":"00000","rsvn_ord_end_dt":""}],
"output2":{"tot_ord_qty":"281","tot_ccld_qty":"0","tot_ccld_amt":"0",
"prsm_tlex_smtl":"0","pchs_avg_pric":"0.0000"},"rt_cd":"0","msg_cd":"KIOK0510",
"msg1":"조회가 완료되었습니다"}
"""

# 4.8, documented.
PRICE = """
{"output":{"iscd_stat_cls_code":"55","marg_rate":"20.00","rprs_mrkt_kor_name":
"KOSPI200","bstp_kor_isnm":"전기.전자","temp_stop_yn":"N","oprc_rang_cont_yn":"N",
"clpr_rang_cont_yn":"N","crdt_able_yn":"Y","grmn_rate_cls_code":"40",
"elw_pblc_yn":"Y","stck_prpr":"128500","prdy_vrss":"0","prdy_vrss_sign":"3",
"prdy_ctrt":"0.00","acml_tr_pbmn":"344570137500","acml_vol":"2669075",
"prdy_vrss_vol_rate":"75.14","stck_oprc":"128500","stck_hgpr":"130000",
"stck_lwpr":"128500","stck_mxpr":"167000","stck_llam":"90000","stck_sdpr":
"128500","wghn_avrg_stck_prc":"129097.23","hts_frgn_ehrt":"49.48",
"frgn_ntby_qty":"0","pgtr_ntby_qty":"287715","pvt_scnd_dmrs_prc":"131833",
"pvt_frst_dmrs_prc":"130166","pvt_pont_val":"128333","pvt_frst_dmsp_prc":
"126666","pvt_scnd_dmsp_prc":"124833","dmrs_val":"129250","dmsp_val":"125750",
"cpfn":"36577","rstc_wdth_prc":"38500","stck_fcam":"5000","stck_sspr":"97660",
"aspr_unit":"500","hts_deal_qty_unit_val":"1","lstn_stcn":"728002365",
"hts_avls":"935483","per":"19.67","pbr":"1.72","stac_month":"12","vol_tnrt":
"0.37","eps":"6532.00","bps":"74721.00","d250_hgpr":"149500","d250_hgpr_date":
"20210225","d250_hgpr_vrss_prpr_rate":"-14.05","d250_lwpr":"90500",
"d250_lwpr_date":"20211013","d250_lwpr_vrss_prpr_rate":"41.99","stck_dryy_hgpr":
"132500","dryy_hgpr_vrss_prpr_rate":"-3.02","dryy_hgpr_date":"20220103",
"stck_dryy_lwpr":"121500","dryy_lwpr_vrss_prpr_rate":"5.76","dryy_lwpr_date":
"20220105","w52_hgpr":"149500","w52_hgpr_vrss_prpr_ctrt":"-14.05",
"w52_hgpr_date":"20210225","w52_lwpr":"90500","w52_lwpr_vrss_prpr_ctrt":"41.99",
"w52_lwpr_date":"20211013","whol_loan_rmnd_rate":"0.22","ssts_yn":"Y",
"stck_shrn_iscd":"000660","fcam_cnnm":"5,000","cpfn_cnnm":"36,576 억",
"frgn_hldn_qty":"360220601","vi_cls_code":"N","ovtm_vi_cls_code":"N",
"last_ssts_cntg_qty":"43916","invt_caful_yn":"N","mrkt_warn_cls_code":"00",
"short_over_yn":"N","sltr_yn":"N"},"rt_cd":"0","msg_cd":"MCA00000","msg1":
"정상처리 되었습니다!"}
"""

# 4.9, its shape; the numbers are illustrative.
ASKING_PRICE = """
{"output1":{"aspr_acpt_hour":"101500","askp1":"12350","askp2":"12360","bidp1":
"12340","bidp2":"12330","askp_rsqn1":"1200","bidp_rsqn1":"800",
"askp_rsqn_icdc1":"0","bidp_rsqn_icdc1":"-10","total_askp_rsqn":"45000",
"total_bidp_rsqn":"39000","total_askp_rsqn_icdc":"0","total_bidp_rsqn_icdc":"0",
"ovtm_total_askp_rsqn":"0","ovtm_total_bidp_rsqn":"0","ntby_aspr_rsqn":"-6000",
"new_mkop_cls_code":"20"},"output2":{"antc_mkop_cls_code":"311","stck_prpr":
"12350","stck_oprc":"12300","stck_hgpr":"12400","stck_lwpr":"12250","stck_sdpr":
"12310","antc_cnpr":"12340","antc_cntg_vrss_sign":"2","antc_cntg_vrss":"30",
"antc_cntg_prdy_ctrt":"0.24","antc_vol":"1000","stck_shrn_iscd":"000000",
"vi_cls_code":"N"},"rt_cd":"0","msg_cd":"MCA00000","msg1":"정상처리 되었습니다."}
"""

# 4.10, captured 2026-08-20 on the virtual server.
BAR_ROW = """
{"stck_bsop_date":"20260820","stck_clpr":"271000","stck_oprc":"257000",
"stck_hgpr":"273000","stck_lwpr":"252500","acml_vol":"26095919","acml_tr_pbmn":
"6961393123500","flng_cls_code":"00","prtt_rate":"0.00","mod_yn":"N",
"prdy_vrss_sign":"2","prdy_vrss":"23500","revl_issu_reas":""}
"""

# 4.14, documented.
MULTI_PRICE = """
{"output":[{"kospi_kosdaq_cls_name":"거래소","mrkt_trtm_cls_name":"거래소",
"hour_cls_code":"0","inter_shrn_iscd":"005930","inter_kor_isnm":"삼성전자",
"inter2_prpr":"77400","inter2_prdy_vrss":"-800","prdy_vrss_sign":"5",
"prdy_ctrt":"-1.02","acml_vol":"15713440","inter2_oprc":"78600","inter2_hgpr":
"78800","inter2_lwpr":"77200","inter2_llam":"54800","inter2_mxpr":"101600",
"inter2_askp":"77400","inter2_bidp":"77300","seln_rsqn":"10248","shnu_rsqn":
"269626","total_askp_rsqn":"1404667","total_bidp_rsqn":"2150657","acml_tr_pbmn":
"1221686345500","inter2_prdy_clpr":"78200","oprc_vrss_hgpr_rate":"0.25",
"intr_antc_cntg_vrss":"0","intr_antc_cntg_vrss_sign":"3",
"intr_antc_cntg_prdy_ctrt":"0.00","intr_antc_vol":"0","inter2_sdpr":"78200"}],
"rt_cd":"0","msg_cd":"MCA00000","msg1":"정상처리 되었습니다."}
"""
