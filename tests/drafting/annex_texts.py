"""Annexes as text documents: tables with merged cells, two on a page, continued over pages, units as rows."""

from __future__ import annotations

from dataclasses import replace

from annex_books import NATION, SIGNED
from annex_layout import (
    SPACE,
    Annex,
    Table,
    centre,
    day,
    dec,
    equality,
    group,
    left,
    money,
    num,
    pair,
    part,
    rate,
    ratio,
    right,
    row,
    shown,
    three,
    words,
)


def mediation() -> Annex:
    """Statistics style in a text document: two tables, communes as rows under a total, letters and numbers."""
    communes = (
        shown("Tổng số trên địa bàn", bold=True),
        shown("1. Xã ……"),
        shown("2. Xã ……"),
        shown("3. Phường ……"),
        shown("…"),
    )
    staff = Table(
        ("",),
        (
            num("Số tổ hòa giải (tổ)", "tổ"),
            group(
                "Số hòa giải viên (người)",
                num("Tổng số", "người"),
                group("Chia theo giới tính", num("Nam", "người"), num("Nữ", "người")),
                group("Chia theo dân tộc", num("Kinh", "người"), num("Khác", "người")),
                group(
                    "Chia theo trình độ chuyên môn",
                    num("Có trình độ chuyên môn luật", "người"),
                    num("Chưa qua đào tạo chuyên môn luật", "người"),
                ),
            ),
            num("Số lượt hòa giải viên được bồi dưỡng nghiệp vụ (lượt người)", "lượt người",
                label="Số lượt hòa giải viên được bồi dưỡng nghiệp vụ"),
        ),
        communes,
        numbers=("A", *(str(n) for n in range(1, 10))),
        title="TỔ CHỨC VÀ CÁN BỘ HÒA GIẢI Ở CƠ SỞ",
        name_at=0,
        one_row=True,
        rules=(equality(2, 3, 4), equality(2, 5, 6), equality(2, 7, 8)),
    )  # fmt: skip
    results = Table(
        ("",),
        (
            group(
                "Số vụ việc hòa giải (vụ việc)",
                num("Tổng số", "vụ việc"),
                group(
                    "Chia theo kết quả",
                    num("Hòa giải thành", "vụ việc"),
                    num("Hòa giải không thành", "vụ việc"),
                    num("Chưa giải quyết xong", "vụ việc"),
                ),
                group(
                    "Chia theo phạm vi",
                    num("Mâu thuẫn giữa các bên", "vụ việc"),
                    num("Hôn nhân và gia đình", "vụ việc"),
                    num("Tranh chấp đất đai, dân sự", "vụ việc"),
                    num("Khác", "vụ việc"),
                ),
            ),
            rate("Tỷ lệ hòa giải thành (%)"),
            group(
                "Kinh phí hỗ trợ (triệu đồng)",
                money("Tổng số", "triệu đồng"),
                money("Ngân sách nhà nước", "triệu đồng"),
                money("Nguồn khác", "triệu đồng"),
            ),
        ),
        communes,
        numbers=("A", "1", "2", "3", "4", "5", "6", "7", "8", "9=2/(2+3)×100", "10=11+12", "11", "12"),
        title="KẾT QUẢ HÒA GIẢI Ở CƠ SỞ",
        name_at=0,
        one_row=True,
        rules=(
            equality(1, 2, 3, 4),
            equality(1, 5, 6, 7, 8),
            ratio(9, [2], [2, 3]),
            equality(10, 11, 12),
        ),
    )

    def head(number: str, title: str) -> tuple:
        return (
            three(
                f"Biểu số: {number}/BTP/PBGDPL/HGCS\nBan hành theo Thông tư số\n03/2019/TT-BTP ngày 20/3/2019",
                f"{title}\n(6 tháng, năm)",
                "Đơn vị báo cáo:\nUBND huyện/Phòng Tư pháp…\nĐơn vị nhận báo cáo:\nSở Tư pháp…",
            ),
        )

    blocks = (*head("09a", staff.title), staff, SPACE, *head("09b", results.title), results, SPACE, SIGNED)
    return Annex("hoa-giai-co-so", "BTP-TT-HOAGIAI", blocks=blocks, frequencies=("half_yearly", "yearly"))


def civil_status() -> Annex:
    """One empty line for the reporting unit itself; four levels of headings; an average beside counts."""
    unit = "trường hợp"
    table = Table(
        (),
        (
            group(
                "KHAI SINH (trường hợp)",
                num("Tổng số", unit),
                group("Chia theo giới tính", num("Nam", unit), num("Nữ", unit)),
                group(
                    "Chia theo hình thức đăng ký",
                    group("Đăng ký mới", num("Đúng hạn", unit), num("Quá hạn", unit)),
                    num("Đăng ký lại", unit),
                ),
                group(
                    "Trong đó",
                    num("Có yếu tố nước ngoài", unit),
                    num("Trẻ em dưới 5 tuổi được đăng ký", unit),
                ),
                label="KHAI SINH",
            ),
            group(
                "KHAI TỬ (trường hợp)",
                num("Tổng số", unit),
                group("Chia ra", num("Đúng hạn", unit), num("Quá hạn", unit), num("Đăng ký lại", unit)),
                label="KHAI TỬ",
            ),
            group(
                "KẾT HÔN",
                num("Tổng số (cặp)", "cặp"),
                group(
                    "Chia ra",
                    num("Kết hôn lần đầu (cặp)", "cặp"),
                    num("Kết hôn lần thứ hai trở lên (cặp)", "cặp"),
                    num("Đăng ký lại (cặp)", "cặp"),
                ),
                num("Trong đó: có yếu tố nước ngoài (cặp)", "cặp", label="có yếu tố nước ngoài"),
                group(
                    "Tuổi kết hôn trung bình lần đầu (tuổi)",
                    dec("Nam", "tuổi"),
                    dec("Nữ", "tuổi"),
                    label="Tuổi kết hôn trung bình lần đầu",
                ),
            ),
        ),
        (shown(),),
        numbers=tuple(f"({n})" for n in range(1, 20)),
        title="KẾT QUẢ ĐĂNG KÝ KHAI SINH, KHAI TỬ, KẾT HÔN TẠI ỦY BAN NHÂN DÂN CẤP XÃ",
        name_at=0,
        one_row=True,
        rules=(
            equality(1, 2, 3),
            equality(1, 4, 5, 6),
            part(1, 7, 8),
            equality(9, 10, 11, 12),
            equality(13, 14, 15, 16),
            part(13, 17),
        ),
    )
    blocks = (
        three(
            "Biểu số: 13a/BTP/HTQTCT/HT\nBan hành theo Thông tư số 03/2019/TT-BTP ngày 20/3/2019\n"
            "Ngày nhận báo cáo (BC):\nBáo cáo 6 tháng: ngày 06 tháng 6\nBáo cáo năm: ngày 07 tháng 11",
            f"{table.title}\n(6 tháng, năm)\nKỳ báo cáo: ........................\n"
            "(Từ ngày ... tháng ... năm ... đến ngày ... tháng ... năm ...)",
            "Đơn vị báo cáo:\nỦy ban nhân dân xã, phường, thị trấn\nĐơn vị nhận báo cáo:\nPhòng Tư pháp",
        ),
        table,
        SPACE,
        left(
            "* Ghi chú: Số liệu ước tính 01 tháng đối với báo cáo 6 tháng, 02 tháng đối với báo cáo năm.", italic=True
        ),
        pair("Người lập biểu\n(Ký, ghi rõ họ, tên)", "Ngày ... tháng ... năm ...\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"),
    )
    return Annex("dang-ky-ho-tich", "BTP-TT-HOTICH", blocks=blocks, frequencies=("half_yearly", "yearly"))


def vaccination() -> Annex:
    """Three numbered parts of one report in a portrait page: a list, a table of rates, a small table."""
    stock = Table(
        ("TT",),
        (
            words("Tên vắc xin"),
            num("Tồn đầu kỳ", "liều"),
            num("Nhận trong kỳ", "liều"),
            num("Sử dụng trong kỳ", "liều"),
            num("Hủy trong kỳ", "liều"),
            num("Tồn cuối kỳ", "liều"),
        ),
        (shown("1"), shown("2"), shown("3"), shown("...")),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7=3+4-5-6)"),
        title="Tình hình sử dụng vắc xin",
        kind="list",
        name_at=0,
        rules=(equality(6, 2, 3, -4, -5),),
    )
    results = Table(
        ("TT", "Đối tượng, loại vắc xin"),
        (
            num("Số đối tượng cần tiêm", ["người", None]),
            num("Số đối tượng được tiêm", ["người", None]),
            rate("Tỷ lệ\n(%)", label="Tỷ lệ"),
        ),
        (
            row("1", "Trẻ dưới 1 tuổi", key="1", heading=True, bold=True, blocked=(1, 2, 3), mark="grey"),
            row("", "- BCG", of="1"),
            row("", "- Viêm gan B sơ sinh", of="1"),
            row("", "- DPT-VGB-Hib mũi 3", of="1"),
            row("", "- Bại liệt uống lần 3", of="1"),
            row("", "- Bại liệt tiêm (IPV)", of="1"),
            row("", "- Sởi", of="1"),
            row("", "- Tiêm chủng đầy đủ", of="1"),
            row("2", "Trẻ 18 tháng tuổi: sởi, rubella"),
            row("3", "Phụ nữ có thai: uốn ván mũi 2+"),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5=4/3x100)"),
        title="Kết quả tiêm chủng",
        rules=(ratio(3, [2], [1]),),
    )
    reactions = Table(
        ("TT", "Phản ứng sau tiêm chủng"),
        (num("Số trường hợp", ["trường hợp", None]), num("Số tử vong", ["người", None])),
        (
            row("1", "Các trường hợp phản ứng thông thường", blocked=(2,), mark="x"),
            row("2", "Các trường hợp tai biến nặng"),
        ),
        title="Phản ứng sau tiêm chủng",
    )
    blocks = (
        right("PHỤ LỤC X", bold=True, italic=False),
        right("(Ban hành kèm theo Thông tư số 34/2018/TT-BYT ngày 12 tháng 11 năm 2018)"),
        pair("SỞ Y TẾ ...\nTRUNG TÂM Y TẾ ...", NATION),
        centre("BÁO CÁO KẾT QUẢ TIÊM CHỦNG"),
        centre("Tháng .../Quý .../Năm ...", False, True),
        left("I. Tình hình sử dụng vắc xin", bold=True),
        right("Đơn vị tính: liều"),
        stock,
        left("II. Kết quả tiêm chủng", bold=True),
        results,
        left("III. Phản ứng sau tiêm chủng", bold=True),
        reactions,
        left("IV. Nhận xét, kiến nghị: ....................................................................."),
        SIGNED,
    )
    return Annex("hoat-dong-tiem-chung", "BYT-TIEMCHUNG", blocks=blocks, landscape=False,
                 frequencies=("monthly", "quarterly", "yearly"))  # fmt: skip


def investment_oversight() -> Annex:
    """Money among counts, roman rows; a second table of indicators with a unit in a column of its own."""
    projects = Table(
        ("STT", "Loại dự án"),
        (
            group(
                "Chuẩn bị đầu tư",
                num("Số dự án được lập, thẩm định chủ trương đầu tư", ["dự án", None]),
                num("Số dự án được phê duyệt, chấp thuận", ["dự án", None]),
            ),
            group(
                "Thực hiện đầu tư",
                num("Tổng số dự án thực hiện trong kỳ", ["dự án", None]),
                group(
                    "Trong đó",
                    num("Số dự án điều chỉnh", ["dự án", None]),
                    num("Số dự án chậm tiến độ", ["dự án", None]),
                ),
            ),
            num("Số dự án kết thúc, đưa vào khai thác", ["dự án", None]),
            money("Tổng vốn đầu tư (tỷ đồng)", "tỷ đồng"),
        ),
        (
            row("I", "Dự án đầu tư công"),
            row("II", "Dự án PPP"),
            row("III", "Dự án sử dụng vốn nhà nước ngoài đầu tư công"),
            row("IV", "Dự án của nhà đầu tư nước ngoài, tổ chức kinh tế có vốn đầu tư nước ngoài"),
            row("V", "Dự án sử dụng vốn tư nhân trong nước"),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"),
        title="TÌNH HÌNH DỰ ÁN TRONG KỲ THEO LOẠI NGUỒN VỐN",
        rules=(part(3, 4, 5),),
    )
    oversight = Table(
        ("STT", "Chỉ tiêu", "Đơn vị"),
        (num("Số lượng trong năm"), words("Ghi chú")),
        (
            row("1", "Số dự án phải có báo cáo giám sát, đánh giá", "Dự án", unit="dự án", key="1"),
            row("", "Trong đó: Số dự án có báo cáo", "Dự án", unit="dự án", of="1", label="Số dự án có báo cáo"),
            row("2", "Số dự án được kiểm tra", "Dự án", unit="dự án"),
            row("3", "Số dự án được đánh giá", "Dự án", unit="dự án"),
            row("4", "Số vi phạm phát hiện", "Vụ", unit="vụ"),
        ),
        title="THỰC HIỆN CÔNG TÁC GIÁM SÁT, ĐÁNH GIÁ ĐẦU TƯ",
        rules=(part(1, 2, scope="row"),),
    )
    blocks = (
        pair("BỘ, UBND TỈNH ...\nSố: .../BC-...", f"{NATION}\n..., ngày ... tháng ... năm ..."),
        centre("BÁO CÁO"),
        centre("Công tác giám sát, đánh giá tổng thể đầu tư năm ..."),
        left("Thực hiện Nghị định số 29/2021/NĐ-CP ngày 26 tháng 3 năm 2021 của Chính phủ, ... báo cáo như sau:"),
        centre("PHỤ BIỂU 01\nTÌNH HÌNH DỰ ÁN TRONG KỲ THEO LOẠI NGUỒN VỐN"),
        projects,
        SPACE,
        centre("PHỤ BIỂU 02\nTHỰC HIỆN CÔNG TÁC GIÁM SÁT, ĐÁNH GIÁ ĐẦU TƯ"),
        oversight,
        SIGNED,
    )
    return Annex("giam-sat-tong-the-dau-tu", "BKHDT-GSDGDT", blocks=blocks, frequencies=("yearly",))


def social_assistance() -> Annex:
    """Rows 1, 1.1, with dashes below; a formula of carried figures in the numbered row; money among persons."""
    table = Table(
        ("STT", "Đối tượng"),
        (
            num("Số đối tượng đầu kỳ", "người"),
            num("Tăng trong kỳ", "người"),
            num("Giảm trong kỳ", "người"),
            num("Số đối tượng cuối kỳ", "người"),
            num("Trong đó: nữ", "người", label="nữ"),
            money("Kinh phí thực hiện trong kỳ (triệu đồng)", "triệu đồng"),
        ),
        (
            row("", "TỔNG CỘNG", key="T", bold=True),
            row("1", "Trẻ em dưới 16 tuổi không có nguồn nuôi dưỡng", of="T"),
            row("2", "Người từ 16 đến 22 tuổi đang học tiếp tục hưởng trợ cấp", of="T"),
            row("3", "Trẻ em nhiễm HIV/AIDS thuộc hộ nghèo", of="T"),
            row("4", "Người đơn thân nghèo đang nuôi con", of="T"),
            row("5", "Người cao tuổi", key="5", of="T"),
            row("5.1", "Người cao tuổi thuộc hộ nghèo không có người phụng dưỡng", of="5"),
            row("5.2", "Người từ đủ 75 đến 80 tuổi thuộc hộ nghèo, cận nghèo vùng đặc biệt khó khăn", of="5"),
            row("5.3", "Người từ đủ 80 tuổi không có lương hưu, trợ cấp", of="5"),
            row("5.4", "Người cao tuổi được nhận nuôi dưỡng, chăm sóc tại cộng đồng", of="5"),
            row("6", "Người khuyết tật", key="6", of="T"),
            row("", "- Người khuyết tật nặng", of="6"),
            row("", "- Người khuyết tật đặc biệt nặng", of="6"),
            row("7", "Trẻ em dưới 3 tuổi thuộc hộ nghèo, cận nghèo vùng đặc biệt khó khăn", of="T"),
            row("8", "Người nhiễm HIV/AIDS thuộc hộ nghèo", of="T"),
        ),
        numbers=("A", "B", "1", "2", "3", "4=1+2-3", "5", "6"),
        title="BÁO CÁO KẾT QUẢ THỰC HIỆN CHÍNH SÁCH TRỢ GIÚP XÃ HỘI",
        rules=(
            equality(4, 1, 2, -3),
            part(4, 5),
            equality(1, 2, 3, 4, 5, 6, 11, 14, 15, scope="row"),
            equality(6, 7, 8, 9, 10, scope="row"),
            equality(11, 12, 13, scope="row"),
        ),
    )
    blocks = (
        right("Mẫu số 10a", bold=True, italic=False),
        pair("UBND XÃ (PHƯỜNG) .......\nSố: ..../BC-UBND", f"{NATION}\n......, ngày .... tháng .... năm 20..."),
        centre(table.title),
        centre("(06 tháng đầu năm/06 tháng cuối năm)", False, True),
        centre("(Kèm theo Nghị định số 20/2021/NĐ-CP ngày 15 tháng 3 năm 2021 của Chính phủ)", False, True),
        right("Đơn vị tính: Người"),
        table,
        SPACE,
        pair("NGƯỜI LẬP BIỂU", "TM. UỶ BAN NHÂN DÂN\nCHỦ TỊCH"),
    )
    return Annex("tro-giup-xa-hoi", "LDTBXH-TTXH", blocks=blocks, landscape=False, frequencies=("half_yearly",))


def families() -> Annex:
    """Portrait, one column of figures, a unit column; the table goes on after a page in a table of its own."""
    households = "Hộ"
    stubs, columns = ("STT", "CHỈ TIÊU", "ĐƠN VỊ TÍNH"), (num("SỐ LƯỢNG"),)
    numbers = ("A", "B", "C", "1")

    def line(number: str, text: str, unit: str, of: str | None = None, key: str | None = None):
        return row(number, text, unit, of=of, key=key, unit=unit.lower())

    first = (
        row("I", "Thông tin về gia đình", key="I", heading=True, bold=True),
        line("1", "Tổng số hộ gia đình", households, "I", "1"),
        line("1.1", "Hộ 2 thế hệ: vợ, chồng, con", households, "1"),
        line("1.2", "Hộ 2 thế hệ: mẹ và con", households, "1"),
        line("1.3", "Hộ 2 thế hệ: bố và con", households, "1"),
        line("1.4", "Hộ 3 thế hệ trở lên", households, "1"),
        line("1.5", "Hộ 1 thế hệ: vợ, chồng", households, "1"),
        line("1.6", "Hộ đơn thân", households, "1"),
        line("1.7", "Hộ gia đình khác", households, "1"),
        line("2", "Số hộ gia đình có bạo lực", households, "I"),
    )
    second = (
        row("II", "Thông tin về bạo lực gia đình", key="II", heading=True, bold=True),
        line("1", "Tổng số vụ bạo lực gia đình", "Vụ", "II", "II1"),
        line("1.1", "Bạo lực tinh thần", "Vụ", "II1"),
        line("1.2", "Bạo lực thân thể", "Vụ", "II1"),
        line("1.3", "Bạo lực tình dục", "Vụ", "II1"),
        line("1.4", "Bạo lực kinh tế", "Vụ", "II1"),
        line("2", "Người gây bạo lực", "Người", "II", "II2"),
        line("", "- Nam", "Người", "II2"),
        line("", "- Nữ", "Người", "II2"),
        line("3", "Nạn nhân bị bạo lực", "Người", "II", "II3"),
        row("", "Chia ra: - Nam", "Người", of="II3", unit="người", label="Nam"),
        line("", "- Nữ", "Người", "II3"),
        line("4", "Số nạn nhân được hỗ trợ", "Người", "II"),
    )
    rows = (*first, *second)
    whole = Table(
        stubs,
        columns,
        rows,
        numbers=numbers,
        title="THÔNG TIN VỀ GIA ĐÌNH VÀ PHÒNG, CHỐNG BẠO LỰC GIA ĐÌNH",
        rules=(
            equality(2, *range(3, 10), scope="row"),
            equality(12, 13, 14, 15, 16, scope="row"),
            equality(17, 18, 19, scope="row"),
            equality(20, 21, 22, scope="row"),
        ),
    )
    return _continued(
        whole,
        len(first),
        Annex("gia-dinh-bao-luc", "VHTTDL-BLGD", landscape=False, frequencies=("yearly",)),
        (
            pair("Biểu số: 01/BC-X\nBan hành kèm theo Thông tư số\n07/2017/TT-BVHTTDL",
                 "Đơn vị báo cáo: UBND xã ...\nĐơn vị nhận báo cáo: Sở Văn hóa, Thể thao và Du lịch", bold=False),
            centre(whole.title),
            centre("Năm 20...", False),
        ),
    )  # fmt: skip


def _continued(whole: Table, at: int, annex: Annex, head: tuple) -> Annex:
    """The table in two: the second part repeats the headings under "(tiếp theo)"; the first expects all the rows."""
    first = replace(whole, rows=whole.rows[:at], expected_rows=whole.rows)
    rest = replace(whole, rows=whole.rows[at:], continues=True)
    return replace(annex, blocks=(*head, first, right("(tiếp theo)"), rest, SPACE, SIGNED))


def joint_programmes() -> Annex:
    """A wide list with groups; a rate with its formula; income and spending."""
    table = Table(
        ("TT",),
        (
            words("Tên cơ sở liên kết"),
            words("Đối tác nước ngoài"),
            group("Quyết định", words("Loại quyết định (phê duyệt, gia hạn, điều chỉnh)"), day("Ngày quyết định")),
            group(
                "Số giáo viên, giảng viên (người)",
                num("Tổng số", "người"),
                num("Trong đó: người nước ngoài", "người", label="người nước ngoài"),
                label="Số giáo viên, giảng viên",
            ),
            group(
                "Học sinh",
                num("Số lượng tuyển sinh", ["học sinh", None]),
                num("Số đang học", ["học sinh", None]),
                num("Số dự tốt nghiệp", ["học sinh", None]),
                num("Số tốt nghiệp", ["học sinh", None]),
                rate("Tỷ lệ tốt nghiệp (%)"),
            ),
            num("Số văn bằng được cấp", ["văn bằng", None]),
            group("Tài chính (triệu đồng)", money("Tổng thu", "triệu đồng"), money("Tổng chi", "triệu đồng"),
                  label="Tài chính"),
        ),
        (shown("1"), shown("2"), shown("3"), shown("4"), shown("…")),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)", "(12)=(11):(10)x100",
                 "(13)", "(14)", "(15)"),
        title="BÁO CÁO KẾT QUẢ THỰC HIỆN LIÊN KẾT GIÁO DỤC",
        kind="list",
        name_at=0,
        rules=(ratio(11, [10], [9]), part(5, 6)),
    )  # fmt: skip
    blocks = (
        pair("UBND TỈNH ...\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", NATION),
        centre(table.title),
        centre("Năm học ... - ...", False, True),
        centre("(Kèm theo Công văn số ... ngày ... của Sở Giáo dục và Đào tạo)", False, True),
        table,
        SPACE,
        SIGNED,
    )
    return Annex("lien-ket-giao-duc", "BGDDT-LKGD", blocks=blocks)


def labour_use() -> Annex:
    """The province's summary of employers: kinds of contract and of work, totals last."""
    people = "người"
    table = Table(
        ("STT", "Người sử dụng lao động"),
        (
            num("Số đơn vị có báo cáo", ["đơn vị", None]),
            group(
                "Tổng số lao động đang sử dụng",
                num("Tổng số", people),
                num("Trong đó: lao động nữ", people, label="lao động nữ"),
            ),
            group(
                "Vị trí việc làm",
                num("Nhà quản lý", people),
                num("Chuyên môn kỹ thuật bậc cao", people),
                num("Chuyên môn kỹ thuật bậc trung", people),
                num("Khác", people),
            ),
            group(
                "Loại hợp đồng lao động",
                num("Không xác định thời hạn", people),
                num("Xác định thời hạn", people),
                num("Khác", people),
            ),
            num("Số tham gia bảo hiểm xã hội bắt buộc", people),
            words("Ghi chú"),
        ),
        (
            row("1", "Doanh nghiệp", key="1", of="T"),
            row("a)", "Doanh nghiệp nhà nước", of="1"),
            row("b)", "Doanh nghiệp ngoài nhà nước", of="1"),
            row("c)", "Doanh nghiệp có vốn đầu tư nước ngoài", of="1"),
            row("2", "Cơ quan, tổ chức", of="T"),
            row("3", "Khác", of="T"),
            row("", "Tổng", key="T", bold=True),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)", "(12)", "(13)", "(14)"),
        title="BÁO CÁO TÌNH HÌNH SỬ DỤNG LAO ĐỘNG",
        rules=(
            part(2, 3),
            equality(2, 4, 5, 6, 7),
            equality(2, 8, 9, 10),
            equality(1, 2, 3, 4, scope="row"),
            equality(7, 1, 5, 6, scope="row"),
        ),
    )
    blocks = (
        right("Mẫu số 02/PLI", bold=True, italic=False),
        pair("UBND TỈNH, THÀNH PHỐ...\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI\nSố: ......",
             f"{NATION}\n..., ngày ... tháng ... năm ..."),
        centre("BÁO CÁO TÌNH HÌNH SỬ DỤNG LAO ĐỘNG"),
        centre("6 tháng đầu năm …. /năm ….", False, True),
        left("Kính gửi: Bộ Lao động - Thương binh và Xã hội"),
        right("Đơn vị tính: Người"),
        table,
        left("Ghi chú: Cột (4) = Cột (6) + Cột (7) + Cột (8) + Cột (9); Cột (4) = Cột (10) + Cột (11) + Cột (12).",
             italic=True),
        pair("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "GIÁM ĐỐC\n(Ký tên, đóng dấu)"),
    )  # fmt: skip
    return Annex("su-dung-lao-dong", "LDTBXH-LD-SO", blocks=blocks, frequencies=("half_yearly", "yearly"))


def alcohol() -> Annex:
    """Two forms in one document, each with its own number; footnotes marked in headings."""
    craft = Table(
        ("STT", "Tên xã, phường"),
        (
            num("Số tổ chức, cá nhân đăng ký", ["cơ sở", "tổ chức, cá nhân", "tổ chức", None]),
            dec("Sản lượng sản xuất (lít)", "lít"),
            dec("Sản lượng bán cho cơ sở chế biến lại (lít)", "lít"),
        ),
        (shown("1", "Xã A"), shown("2", "Xã B"), shown("…", "…"), shown("", "Tổng", bold=True)),
        numbers=("1", "2", "3", "4", "5"),
        title="TÌNH HÌNH SẢN XUẤT RƯỢU THỦ CÔNG BÁN CHO CƠ SỞ CÓ GIẤY PHÉP ĐỂ CHẾ BIẾN LẠI",
        one_row=True,
        rules=(),
    )
    trade = Table(
        ("STT", "Loại hình(1)"),
        (
            num("Số thương nhân", ["thương nhân", None]),
            num("Số giấy phép còn hiệu lực", ["giấy phép", None]),
            group("Sản lượng (lít)", dec("Sản xuất hoặc mua vào", "lít"), dec("Bán ra", "lít"), label="Sản lượng"),
            group("Giá trị (triệu đồng)", money("Trị giá bán ra", "triệu đồng"),
                  money("Số nộp ngân sách(2)", "triệu đồng", label="Số nộp ngân sách"), label="Giá trị"),
        ),
        (
            row("I", "Sản xuất rượu", key="I", heading=True, bold=True),
            row("1", "Sản xuất rượu công nghiệp", of="I"),
            row("2", "Sản xuất rượu thủ công nhằm mục đích kinh doanh", of="I"),
            row("3", "Sản xuất rượu thủ công để bán cho cơ sở chế biến lại", of="I"),
            row("II", "Kinh doanh rượu", key="II", heading=True, bold=True),
            row("1", "Phân phối rượu", of="II"),
            row("2", "Bán buôn rượu", of="II"),
            row("3", "Bán lẻ rượu", of="II"),
        ),
        title="TÌNH HÌNH SẢN XUẤT, PHÂN PHỐI, BÁN BUÔN, BÁN LẺ RƯỢU",
        rules=(  # nothing tells whether the two headings have figures of their own
            equality(1, 2, 3, 4, scope="row", optional=True),
            equality(5, 6, 7, 8, scope="row", optional=True),
        ),
    )  # fmt: skip
    blocks = (
        right("Mẫu số 10", bold=True, italic=False),
        pair("UBND HUYỆN ...\nPHÒNG KINH TẾ", NATION),
        centre("BÁO CÁO\nTÌNH HÌNH SẢN XUẤT RƯỢU THỦ CÔNG BÁN CHO CƠ SỞ CÓ GIẤY PHÉP ĐỂ CHẾ BIẾN LẠI"),
        centre("Năm ......", False),
        craft,
        SPACE,
        right("Mẫu số 12", bold=True, italic=False),
        centre("BÁO CÁO\nTÌNH HÌNH SẢN XUẤT, PHÂN PHỐI, BÁN BUÔN, BÁN LẺ RƯỢU"),
        centre("Năm ......", False),
        trade,
        left("Chú thích:", bold=True, italic=True),
        left("(1): Rượu có độ cồn từ 5,5 độ trở lên."),
        left("(2): Ghi số thuế tiêu thụ đặc biệt, thuế giá trị gia tăng đã nộp trong năm."),
        SIGNED,
    )
    return Annex("san-xuat-kinh-doanh-ruou", "BCT-RUOU", blocks=blocks, frequencies=("yearly",))


def assigned_tasks() -> Annex:
    """Agencies as rows with a total at the end; rates; the list of late tasks follows."""
    table = Table(
        ("STT", "Cơ quan, đơn vị"),
        (
            group(
                "Số nhiệm vụ phải thực hiện trong kỳ",
                num("Tổng số", ["nhiệm vụ", None]),
                num("Kỳ trước chuyển sang", ["nhiệm vụ", None]),
                num("Giao mới trong kỳ", ["nhiệm vụ", None]),
            ),
            group(
                "Đã hoàn thành",
                num("Tổng số", ["nhiệm vụ", None]),
                num("Đúng hạn", ["nhiệm vụ", None]),
                num("Quá hạn", ["nhiệm vụ", None]),
            ),
            group(
                "Đang thực hiện",
                num("Tổng số", ["nhiệm vụ", None]),
                num("Trong hạn", ["nhiệm vụ", None]),
                num("Quá hạn", ["nhiệm vụ", None]),
            ),
            num("Số nhiệm vụ xin điều chỉnh thời hạn", ["nhiệm vụ", None]),
            rate("Tỷ lệ hoàn thành đúng hạn (%)"),
        ),
        (
            shown("1", "Bộ ..."),
            shown("2", "UBND tỉnh ..."),
            shown("3", "..."),
            shown("", "TỔNG CỘNG", bold=True),
        ),
        numbers=("", "", "(1) = (2)+(3)\n= (4)+(7)", "(2)", "(3)", "(4) = (5)+(6)", "(5)", "(6)", "(7) = (8)+(9)",
                 "(8)", "(9)", "(10)", "(11) = (5)/(4)"),
        title="TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ DO CHÍNH PHỦ, THỦ TƯỚNG CHÍNH PHỦ GIAO",
        one_row=True,
        rules=(
            equality(1, 2, 3),
            equality(1, 4, 7),
            equality(4, 5, 6),
            equality(7, 8, 9),
            ratio(11, [5], [4]),
        ),
    )  # fmt: skip
    late = Table(
        ("STT",),
        (
            words("Số, ký hiệu văn bản giao nhiệm vụ"),
            words("Nội dung nhiệm vụ"),
            words("Đơn vị chủ trì"),
            day("Thời hạn hoàn thành"),
            words("Nguyên nhân chậm"),
            day("Thời gian dự kiến hoàn thành"),
        ),
        (shown("1"), shown("2"), shown("...")),
        title="DANH MỤC NHIỆM VỤ QUÁ HẠN",
        kind="list",
        name_at=0,
    )
    blocks = (
        pair("TÊN CƠ QUAN BÁO CÁO\n_______", f"{NATION}\n_______________________"),
        left("Biểu số I.01/VPCP/THNV\n(Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020)"),
        centre(table.title),
        centre("Kỳ báo cáo: Tháng/Quý/Năm", False, True),
        table,
        SPACE,
        left("Biểu số I.02/VPCP/THNV"),
        centre(late.title),
        centre("Kỳ báo cáo: Tháng/Quý/Năm", False, True),
        late,
        SIGNED,
    )
    return Annex("nhiem-vu-duoc-giao", "VPCP-NHIEMVU", blocks=blocks, frequencies=("monthly", "quarterly", "yearly"))


def outbreaks() -> Annex:
    """Sixteen columns on a landscape page, in groups; what is counted is said in brackets."""
    head = "con"
    table = Table(
        ("TT",),
        (
            words("Địa điểm (thôn, ấp, bản)"),
            day("Ngày bắt đầu triệu chứng hoặc chết", label="Ngày bắt đầu triệu chứng hoặc chết"),
            group("Động vật", words("Loại động vật"), words("Nguồn gốc")),
            group(
                "Phạm vi dịch",
                num("Số hộ có động vật mắc bệnh (hộ)", "hộ"),
                num("Số thôn, ấp, bản có động vật mắc bệnh", ["thôn", "thôn, ấp, bản", None]),
            ),
            group(
                "Số lượng động vật (con)",
                num("Tổng đàn cảm nhiễm", head),
                num("Mắc bệnh", head),
                num("Chết", head),
                num("Tiêu hủy", head),
                num("Được điều trị", head),
                num("Khỏi bệnh", head),
                label="Số lượng động vật",
            ),
            words("Triệu chứng, bệnh tích"),
            words("Thuốc, vắc-xin, chế phẩm đã dùng"),
            words("Tác nhân gây bệnh (nếu biết)"),
        ),
        (shown("1"), shown("2"), shown("3"), shown("4"), shown("Tổng cộng", bold=True)),
        title="BÁO CÁO Ổ DỊCH BỆNH ĐỘNG VẬT",
        kind="list",
        name_at=0,
    )
    blocks = (
        centre("Phụ lục 03\nMẪU BÁO CÁO Ổ DỊCH BỆNH ĐỘNG VẬT"),
        centre("(Ban hành kèm theo Thông tư số 07/2016/TT-BNNPTNT ngày 31 tháng 5 năm 2016)", False, True),
        pair("CƠ QUAN CHỦ QUẢN\nTÊN CƠ QUAN BÁO CÁO", NATION),
        left("Tên bệnh: ......................................; Ngày báo cáo: ....../....../......"),
        table,
        left("* Ghi chú: Mỗi loại động vật mắc bệnh tại một thôn, ấp, bản ghi một dòng.", italic=True),
        SIGNED,
    )
    return Annex("o-dich-benh-dong-vat", "BNN-DICHBENH-DV", blocks=blocks)


TEXTS = (
    mediation, civil_status, vaccination, investment_oversight, social_assistance, families, joint_programmes,
    labour_use, alcohol, assigned_tasks, outbreaks,
)  # fmt: skip
