"""Annexes as workbooks: what ministries circulate as XLSX, with the content of regimes in force."""

from __future__ import annotations

import unicodedata

from annex_layout import (
    SPACE,
    Annex,
    Sheet,
    Table,
    centre,
    choice,
    day,
    dec,
    either,
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

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
SIGNED = pair(
    "NGƯỜI LẬP BIỂU\n(Ký, ghi rõ họ tên)",
    "........., ngày ..... tháng ..... năm .....\nTHỦ TRƯỞNG ĐƠN VỊ\n(Ký tên, đóng dấu)",
)


def legal_aid() -> Annex:
    """Statistics style: three blocks above the table, one sheet a form, the units as rows."""
    offices = (
        shown("", "Tổng số", bold=True),
        shown("1", "Trung tâm trợ giúp pháp lý nhà nước"),
        shown("2", "Chi nhánh số 1"),
        shown("3", "Chi nhánh số 2"),
        shown("…", "…"),
    )
    staff = Table(
        ("STT", "Tên đơn vị"),
        (
            num("Trung tâm trợ giúp pháp lý nhà nước và Chi nhánh\n(đơn vị)", "đơn vị",
                label="Trung tâm trợ giúp pháp lý nhà nước và Chi nhánh"),
            num("Tổ chức ký hợp đồng, đăng ký tham gia trợ giúp pháp lý\n(tổ chức)", "tổ chức",
                label="Tổ chức ký hợp đồng, đăng ký tham gia trợ giúp pháp lý"),
            group(
                "Người thực hiện trợ giúp pháp lý (người)",
                num("Trợ giúp viên pháp lý", "người"),
                num("Luật sư thực hiện trợ giúp pháp lý", "người"),
                num("Cộng tác viên trợ giúp pháp lý", "người"),
            ),
        ),
        offices,
        numbers=("A", "B", "(1)", "(2)", "(3)", "(4)", "(5)"),
        title="Tổ chức trợ giúp pháp lý",
        one_row=True,
    )  # fmt: skip
    cases = Table(
        ("STT", "Tên đơn vị"),
        (
            num("Tổng số vụ việc trợ giúp pháp lý", "vụ việc"),
            group(
                "Chia theo thời điểm thụ lý",
                num("Kỳ trước chuyển sang", "vụ việc"),
                num("Thụ lý trong kỳ", "vụ việc"),
            ),
            group("Chia theo kết quả", num("Đã kết thúc", "vụ việc"), num("Đang thực hiện", "vụ việc")),
            group(
                "Chia theo hình thức trợ giúp pháp lý",
                group(
                    "Tham gia tố tụng",
                    num("Tổng số", "vụ việc"),
                    num("Trong đó: vụ việc thành công", "vụ việc", label="vụ việc thành công"),
                ),
                num("Tư vấn pháp luật", "vụ việc"),
                num("Đại diện ngoài tố tụng", "vụ việc"),
            ),
            group(
                "Người được trợ giúp pháp lý (lượt người)",
                num("Tổng số", "lượt người"),
                num("Trong đó: nữ", "lượt người", label="nữ"),
                group(
                    "Chia theo diện người",
                    num("Người có công với cách mạng", "lượt người"),
                    num("Người thuộc hộ nghèo", "lượt người"),
                    num("Trẻ em", "lượt người"),
                    num("Người dân tộc thiểu số vùng đặc biệt khó khăn", "lượt người"),
                    num("Người bị buộc tội từ đủ 16 đến dưới 18 tuổi", "lượt người"),
                    num("Người có khó khăn về tài chính và đối tượng khác", "lượt người"),
                ),
            ),
        ),
        offices,
        numbers=("A", "B", "(1)=(2)+(3)=(4)+(5)", *(f"({n})" for n in range(2, 10)),
                 "(10)=(12)+…+(17)", *(f"({n})" for n in range(11, 18))),
        title="Vụ việc và người được trợ giúp pháp lý",
        one_row=True,
        rules=(
            equality(1, 2, 3),
            equality(1, 4, 5),
            equality(1, 6, 8, 9),
            part(6, 7),
            equality(10, 12, 13, 14, 15, 16, 17),
            part(10, 11),
        ),
    )  # fmt: skip

    def head(number: str, title: str, unit: str) -> tuple:
        return (
            three(
                f"Biểu số: {number}/BTP/TGPL\nBan hành kèm theo Thông tư số 12/2018/TT-BTP\nNgày nhận báo cáo:\n"
                "6 tháng: ngày 15 tháng 6; năm: ngày 15 tháng 12",
                f"{title}\nKỳ báo cáo: 6 tháng/năm\n(Từ ngày … tháng … năm … đến ngày … tháng … năm …)",
                "Đơn vị báo cáo: Sở Tư pháp\nĐơn vị nhận báo cáo:\nBộ Tư pháp (Cục Trợ giúp pháp lý)",
            ),
            right(f"Đơn vị tính: {unit}"),
        )

    return Annex(
        "tro-giup-phap-ly",
        "BTP-TGPL",
        (
            Sheet("Biểu 12a", (*head("12a", "TỔ CHỨC TRỢ GIÚP PHÁP LÝ", "đơn vị, tổ chức, người"), staff, SIGNED)),
            Sheet(
                "Biểu 12b",
                (
                    *head("12b", "VỤ VIỆC VÀ NGƯỜI ĐƯỢC TRỢ GIÚP PHÁP LÝ", "vụ việc"),
                    cases,
                    left("Ghi chú: Cột 1 ghi tổng số vụ việc trong kỳ báo cáo.", italic=True),
                    SIGNED,
                ),
            ),
        ),
        frequencies=("half_yearly", "yearly"),
    )


def sti() -> Annex:
    """Sections with roman numerals that carry figures of their own, age and sex groups, letters and numbers."""
    causes = ("Giang mai", "Lậu", "Chlamydia", "Trùng roi sinh dục", "Herpes sinh dục", "Sùi mào gà", "Căn nguyên khác")
    syndromes = ("Hội chứng tiết dịch niệu đạo", "Hội chứng tiết dịch âm đạo", "Hội chứng loét sinh dục",
                 "Hội chứng đau bụng dưới", "Hội chứng khác")  # fmt: skip
    table = Table(
        ("TT", "Chẩn đoán"),
        (
            num("Tổng số", "người"),
            group("Giới", num("Nam", "người"), num("Nữ", "người")),
            group(
                "Nhóm tuổi",
                num("< 15", "người"),
                num("15 - 24", "người"),
                num("25 - 49", "người"),
                num("≥ 50", "người"),
            ),
            num("Trong đó: số người nhiễm HIV", "người", label="số người nhiễm HIV"),
        ),
        (
            row("I", "THEO CĂN NGUYÊN", key="I", bold=True),
            *(row(str(n), name, of="I") for n, name in enumerate(causes, 1)),
            row("II", "THEO HỘI CHỨNG", key="II", bold=True),
            *(row(str(n), name, of="II") for n, name in enumerate(syndromes, 1)),
        ),
        numbers=("A", "B", "1=2+3", "2", "3", "4", "5", "6", "7", "8"),
        title="BÁO CÁO SỐ NGƯỜI BỆNH KHÁM VÀ ĐIỀU TRỊ CÁC BỆNH LÂY TRUYỀN QUA ĐƯỜNG TÌNH DỤC",
        rules=(
            equality(1, 2, 3),
            equality(1, 4, 5, 6, 7),
            part(1, 8),
            equality(1, *range(2, 9), scope="row"),
            equality(9, *range(10, 15), scope="row"),
        ),
    )
    sheet = Sheet(
        "PL 9",
        (
            pair("SỞ Y TẾ ………………\nĐƠN VỊ: ……………….", NATION),
            SPACE,
            centre("Phụ lục 9"),
            centre(table.title),
            centre("(Ban hành kèm theo Thông tư số 07/2023/TT-BYT ngày 04 tháng 4 năm 2023)", False, True),
            centre("Kỳ báo cáo: 6 tháng đầu năm/6 tháng cuối năm ……..", False),
            right("Đơn vị tính: người"),
            table,
            SPACE,
            pair("Người làm báo cáo", "Lãnh đạo đơn vị"),
        ),
        split_lines=True,
    )
    return Annex("benh-lay-qua-duong-tinh-duc", "BYT-STI", (sheet,), frequencies=("half_yearly",))


def farms() -> Annex:
    """A row of units under the headings, codes of rows, sums as formulas; a register with a list to choose from."""
    summary = Table(
        ("STT", "Loại hình trang trại", "Mã số"),
        (
            num("Số trang trại", "trang trại"),
            dec("Tổng diện tích đất sản xuất", "ha"),
            money("Giá trị sản xuất", "triệu đồng"),
            num("Số lao động", "người"),
        ),
        (
            row("", "TỔNG SỐ", "01", key="T", bold=True),
            row("I", "Trang trại chuyên ngành", "02", key="I", of="T", bold=True),
            row("1", "Trồng trọt", "03", of="I"),
            row("2", "Chăn nuôi", "04", of="I"),
            row("3", "Lâm nghiệp", "05", of="I"),
            row("4", "Nuôi trồng thủy sản", "06", of="I"),
            row("5", "Sản xuất muối", "07", of="I"),
            row("II", "Trang trại tổng hợp", "08", key="II", of="T", bold=True),
        ),
        unit_row=("", "Đơn vị tính", "", "Trang trại", "Ha", "Triệu đồng", "Người"),
        numbers=("A", "B", "C", "1", "2", "3", "4"),
        title="TỔNG HỢP KINH TẾ TRANG TRẠI",
        rules=(equality(1, 2, 8, scope="row"), equality(2, 3, 4, 5, 6, 7, scope="row")),
        formulas=lambda at: {
            **{(1, c): f"={at(2, c)}+{at(8, c)}" for c in range(4, 8)},
            **{(2, c): f"=SUM({at(3, c)}:{at(7, c)})" for c in range(4, 8)},
        },
    )
    kinds = ("Trồng trọt", "Chăn nuôi", "Lâm nghiệp", "Nuôi trồng thủy sản", "Sản xuất muối", "Tổng hợp")
    register = Table(
        ("Số TT",),
        (
            words("Họ và tên chủ trang trại"),
            words("Địa chỉ (thôn, ấp, bản)"),
            choice("Loại trang trại", *kinds),
            dec("Diện tích đất sản xuất (ha)", "ha"),
            money("Giá trị sản xuất năm (triệu đồng)", "triệu đồng"),
            words("Ghi chú"),
        ),
        (*tuple(shown(str(n)) for n in range(1, 9)), shown("…")),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        title="SỔ THEO DÕI PHÁT TRIỂN KINH TẾ TRANG TRẠI",
        kind="list",
        name_at=0,
        widths=(6, 26, 26, 22, 14, 16, 16),
    )
    law = centre("(Ban hành kèm theo Thông tư số 02/2020/TT-BNNPTNT ngày 28 tháng 02 năm 2020)", False, True)
    books = (
        Sheet(
            "Phu luc II",
            (
                centre("Phụ lục II"),
                centre(summary.title),
                law,
                centre("Năm …………", False),
                SPACE,
                summary,
                SIGNED,
            ),
            first_column=2,
        ),
        Sheet("Phu luc I", (centre("Phụ lục I"), centre(register.title), law, SPACE, register), freeze=True),
    )
    return Annex("kinh-te-trang-trai", "BNN-TRANGTRAI", books, frequencies=("yearly",))


def public_assets() -> Annex:
    """Budget style: the form's number on the right, one unit caption for several kinds of figure, crossed cells."""

    def measures(name: str) -> tuple:
        unit = ["cái, khuôn viên", "cái", None]
        return group(
            name,
            either("Số lượng", unit),
            dec("Diện tích", "m2"),
            money("Nguyên giá", "nghìn đồng"),
        )

    table = Table(
        ("TÀI SẢN",),
        (measures("SỐ ĐẦU KỲ"), measures("SỐ TĂNG TRONG KỲ"), measures("SỐ GIẢM TRONG KỲ"), measures("SỐ CUỐI KỲ")),
        (
            row("1- Đất khuôn viên", key="1", of="T"),
            row("2- Nhà", of="T"),
            row("3- Xe ô tô", of="T", blocked=(2, 5, 8, 11)),
            row("4- Tài sản cố định khác", of="T", blocked=(2, 5, 8, 11)),
            row("Tổng cộng", key="T", bold=True),
        ),
        numbers=tuple(str(n) for n in range(1, 14)),
        title="BÁO CÁO TỔNG HỢP TÌNH HÌNH TĂNG, GIẢM TÀI SẢN CÔNG",
        name_at=0,
        widths=(30,),
        rules=(
            equality(5, 1, 2, 3, 4, scope="row"),
            equality(10, 1, 4, -7, optional=True),
            equality(11, 2, 5, -8, optional=True),
            equality(12, 3, 6, -9, optional=True),
        ),
    )
    sheet = Sheet(
        "08b",
        (
            pair("Bộ, tỉnh: ………………………\nCơ quan, đơn vị: ………………\nMã đơn vị: ……………………",
                 "Mẫu số 08b-ĐK/TSC\n(Ban hành kèm theo Thông tư số 144/2017/TT-BTC\n"
                 "ngày 29/12/2017 của Bộ Tài chính)"),
            SPACE,
            centre(table.title),
            centre("Năm: ……", False),
            centre("Loại hình đơn vị: ……", False, True),
            right("ĐVT cho: Số lượng là: Cái, khuôn viên; Diện tích là: m2; Nguyên giá là: Nghìn đồng"),
            table,
            left("Ghi chú: Dấu x: không phải báo cáo.", italic=True),
            pair("......, ngày..... tháng..... năm......\nNgười lập báo cáo\n(Ký, họ tên)",
                 "......, ngày..... tháng..... năm......\nThủ trưởng cơ quan, đơn vị\n(Ký, họ tên và đóng dấu)"),
        ),
        split_lines=True,
    )  # fmt: skip
    return Annex("tang-giam-tai-san-cong", "BTC-TSC", (sheet,), frequencies=("yearly",))


def merit() -> Annex:
    """Codes of rows, a total with its sum printed in the row, no-break spaces."""
    people = (
        "Người hoạt động cách mạng trước ngày 01/01/1945",
        "Người hoạt động cách mạng từ 01/01/1945 đến khởi nghĩa tháng Tám năm 1945",
        "Liệt sĩ",
        "Bà mẹ Việt Nam anh hùng",
        "Anh hùng Lực lượng vũ trang nhân dân",
        "Anh hùng Lao động trong thời kỳ kháng chiến",
        "Thương binh, người hưởng chính sách như thương binh",
        "Bệnh binh",
        "Người hoạt động kháng chiến bị nhiễm chất độc hóa học",
        "Người bị địch bắt tù, đày",
        "Người hoạt động kháng chiến giải phóng dân tộc, làm nghĩa vụ quốc tế",
        "Người có công giúp đỡ cách mạng",
    )
    table = Table(
        ("STT", "Đối tượng", "Mã số"),
        (
            num("Số người đầu năm", "người"),
            num("Tăng trong năm", "người"),
            group(
                "Giảm trong năm",
                num("Tổng số", "người"),
                group("Trong đó", num("Từ trần", "người"), num("Di chuyển hồ sơ đi", "người")),
            ),
            group(
                "Số người cuối năm",
                num("Tổng số", "người"),
                num("Trong đó: đang hưởng trợ cấp, phụ cấp hằng tháng", "người",
                    label="đang hưởng trợ cấp, phụ cấp hằng tháng"),
            ),
        ),
        (
            row("A", "Tổng số người có công (01=02+03+…+13)", "01", key="T", label="Tổng số người có công", bold=True),
            *(row(str(n), name, f"{n + 1:02}", of="T") for n, name in enumerate(people, 1)),
            row("B", "Thân nhân người có công", "14", bold=True),
        ),
        numbers=("A", "B", "C", "(1)", "(2)", "(3)", "(4)", "(5)", "(6)=(1)+(2)-(3)", "(7)"),
        title="BÁO CÁO SỐ LƯỢNG NGƯỜI CÓ CÔNG ĐANG QUẢN LÝ",
        rules=(
            equality(6, 1, 2, -3),
            part(3, 4, 5),
            part(6, 7),
            equality(1, *range(2, 14), scope="row"),
        ),
    )  # fmt: skip
    sheet = Sheet(
        "Mau 100",
        (
            right("Mẫu số 100", bold=True, italic=False),
            pair("UBND TỈNH ……\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI\nSố: …/BC-SLĐTBXH",
                 f"{NATION}\n……, ngày … tháng … năm …"),
            SPACE,
            centre(table.title),
            centre("(Kèm theo Nghị định số 131/2021/NĐ-CP ngày 30 tháng 12 năm 2021 của Chính phủ)", False, True),
            centre("Năm 20…", False),
            right("Đơn vị tính: Người"),
            table,
            SPACE,
            left("Nơi nhận:\n- Bộ LĐTBXH;\n- UBND tỉnh;\n- Lưu: VT.", italic=True),
            right("GIÁM ĐỐC", bold=True, italic=False),
        ),
        split_lines=True,
    )  # fmt: skip
    return Annex(
        "nguoi-co-cong",
        "LDTBXH-NCC",
        (sheet,),
        frequencies=("yearly",),
        change=lambda text: text.replace("Tổng số", "Tổng\u00a0số").replace("trong năm", "trong\u00a0năm"),
    )


def road_transport() -> Annex:
    """Three tables on one sheet, each under a heading of its own; units in the headings; no numbered columns."""
    passengers = Table(
        ("TT", "Loại hình vận tải"),
        (
            num("Số đơn vị vận tải\n(đơn vị)", "đơn vị", label="Số đơn vị vận tải"),
            num("Số phương tiện\n(xe)", "xe"),
            num("Số lượt hành khách\n(lượt hành khách)", "lượt hành khách", label="Số lượt hành khách"),
            dec("Luân chuyển hành khách\n(1.000 hành khách.km)", "1.000 hành khách.km", label="Luân chuyển hành khách"),
        ),
        (
            row("1", "Tuyến cố định", of="T"),
            row("2", "Xe buýt", of="T"),
            row("3", "Taxi", of="T"),
            row("4", "Hợp đồng, du lịch", of="T"),
            row("", "Tổng cộng", key="T", bold=True),
        ),
        title="Vận chuyển hành khách",
        rules=(equality(5, 1, 2, 3, 4, scope="row"),),
    )
    goods = Table(
        ("TT", "Phạm vi"),
        (
            num("Số đơn vị vận tải\n(đơn vị)", "đơn vị", label="Số đơn vị vận tải"),
            num("Số phương tiện\n(xe)", "xe"),
            dec("Khối lượng vận chuyển\n(1.000 tấn)", "1.000 tấn", label="Khối lượng vận chuyển"),
            dec("Khối lượng luân chuyển\n(1.000 tấn.km)", "1.000 tấn.km", label="Khối lượng luân chuyển"),
        ),
        (row("1", "Nội tỉnh", of="T"), row("2", "Liên tỉnh", of="T"), row("", "Tổng cộng", key="T", bold=True)),
        title="Vận tải hàng hóa bằng xe ô tô",
        rules=(equality(3, 1, 2, scope="row"),),
    )
    stations = Table(
        ("TT", "Loại bến"),
        (
            num("Số bến xe\n(bến)", "bến", label="Số bến xe"),
            num("Số lượt xe xuất bến\n(lượt)", "lượt", label="Số lượt xe xuất bến"),
            num("Số lượt hành khách\n(lượt hành khách)", "lượt hành khách", label="Số lượt hành khách"),
        ),
        (row("1", "Bến xe khách"), row("2", "Bến xe hàng", blocked=(3,), mark="grey")),
        title="Hoạt động bến xe",
    )
    sheet = Sheet(
        "PL21",
        (
            centre("PHỤ LỤC 21"),
            centre("BÁO CÁO TÌNH HÌNH HOẠT ĐỘNG VẬN TẢI"),
            centre("(Ban hành kèm theo Thông tư số 12/2020/TT-BGTVT ngày 29 tháng 5 năm 2020 của Bộ trưởng "
                   "Bộ Giao thông vận tải)", False, True),
            pair("UBND TỈNH ......\nSỞ GIAO THÔNG VẬN TẢI", NATION),
            centre("Kính gửi: Cục Đường bộ Việt Nam", False),
            left("Sở Giao thông vận tải báo cáo tình hình hoạt động vận tải năm ... như sau:"),
            left("1. Vận chuyển hành khách", bold=True),
            passengers,
            SPACE,
            left("2. Vận tải hàng hóa bằng xe ô tô", bold=True),
            goods,
            SPACE,
            left("3. Hoạt động bến xe", bold=True),
            stations,
            SPACE,
            SIGNED,
        ),
    )  # fmt: skip
    return Annex("hoat-dong-van-tai", "BGTVT-DB-VANTAI", (sheet,), frequencies=("yearly",))


def community_watch() -> Annex:
    """Long contents of rows broken into lines; a column of notes; a formula in the text below the table."""
    contents = (
        "Sự phù hợp với quy hoạch, kế hoạch\nđầu tư trên địa bàn xã",
        "Chấp hành chỉ giới đất đai, sử dụng đất",
        "Xử lý chất thải, bảo vệ môi trường",
        "Đền bù, giải phóng mặt bằng,\ntái định cư",
        "Tiến độ, kế hoạch đầu tư",
        "Xâm hại lợi ích, môi trường sinh sống\ncủa cộng đồng",
        "Lãng phí, thất thoát vốn, tài sản",
        "Công khai, minh bạch",
        "Quy trình, định mức, chủng loại vật tư;\nnghiệm thu, quyết toán",
    )
    table = Table(
        ("Số\nTT", "Nội dung giám sát"),
        (
            num("Số chương trình,\ndự án được\ngiám sát", ["dự án", None]),
            num("Số vi phạm\nphát hiện", ["vụ", None]),
            group("Kiến nghị", num("Tổng số", ["kiến nghị", None]),
                  num("Trong đó:\nđã được giải quyết", ["kiến nghị", None], label="đã được giải quyết")),
            words("Ghi chú"),
        ),
        tuple(row(str(n), text) for n, text in enumerate(contents, 1)),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        title="KẾT QUẢ GIÁM SÁT ĐẦU TƯ CỦA CỘNG ĐỒNG",
        rules=(part(3, 4),),
    )  # fmt: skip
    sheet = Sheet(
        "Sheet1",
        (
            pair("MẶT TRẬN TỔ QUỐC VIỆT NAM\nXÃ/PHƯỜNG: ………", NATION),
            SPACE,
            centre("BIỂU TỔNG HỢP\nKẾT QUẢ GIÁM SÁT ĐẦU TƯ CỦA CỘNG ĐỒNG"),
            centre("(Quý …/năm 20…)", False, True),
            SPACE,
            table,
            left("Hướng dẫn ghi biểu: Cột (6) không lớn hơn cột (5).", italic=True),
            pair("Trưởng ban giám sát đầu tư của cộng đồng", "TM. BAN THƯỜNG TRỰC"),
        ),
    )
    return Annex("giam-sat-dau-tu-cong-dong", "BKHDT-GSDT-CD", (sheet,), frequencies=("quarterly", "yearly"))


def corruption() -> Annex:
    """Indicators as rows with a code and a unit each, under headings across the table; a second sheet is a list."""
    table = Table(
        ("MS", "NỘI DUNG", "ĐƠN VỊ TÍNH"),
        (either("SỐ LIỆU"),),
        (
            row("I. SỐ LƯỢNG, TÍNH CHẤT, MỨC ĐỘ THAM NHŨNG", key="I", heading=True, across=True, bold=True,
                blocked=()),
            row("1", "Số lượng người có hành vi tham nhũng", "Người", of="I", unit="người"),
            row("2", "Số vụ việc, vụ án tham nhũng đã được cơ quan có thẩm quyền kết luận", "Vụ", of="I", unit="vụ"),
            row("3", "Giá trị tiền, tài sản bị thiệt hại do hành vi tham nhũng gây ra", "Triệu đồng", of="I",
                unit="triệu đồng"),
            row("II. PHÁT HIỆN HÀNH VI THAM NHŨNG", key="II", heading=True, across=True, bold=True),
            row("4", "Phát hiện qua giám sát, thanh tra, kiểm tra, kiểm toán", "Vụ", of="II", unit="vụ"),
            row("5", "Phát hiện qua phản ánh, tố cáo, báo cáo về hành vi tham nhũng", "Vụ", of="II", unit="vụ"),
            row("6", "Phát hiện qua hoạt động điều tra, truy tố, xét xử", "Vụ", of="II", unit="vụ"),
            row("III. XỬ LÝ THAM NHŨNG VÀ THU HỒI TÀI SẢN", key="III", heading=True, across=True, bold=True),
            row("7", "Số tổ chức bị xử phạt hành chính", "Tổ chức", of="III", unit="tổ chức"),
            row("8", "Số cá nhân bị xử lý kỷ luật, xử phạt hành chính", "Người", of="III", unit="người"),
            row("9", "Số người đứng đầu bị xử lý trách nhiệm để xảy ra tham nhũng", "Người", of="III", unit="người"),
            row("10", "Số người có hành vi tham nhũng bị xử lý hình sự", "Người", of="III", unit="người"),
            row("11", "Tổng số tiền, tài sản tham nhũng phải thu hồi", "Triệu đồng", of="III", unit="triệu đồng",
                key="11"),
            row("12", "Kết quả thu hồi (12 = 13 + 14)", "Triệu đồng", of="III", unit="triệu đồng", key="12",
                label="Kết quả thu hồi"),
            row("13", "- Bằng biện pháp hành chính", "Triệu đồng", of="12", unit="triệu đồng"),
            row("14", "- Bằng biện pháp tư pháp", "Triệu đồng", of="12", unit="triệu đồng"),
            row("15", "Tỷ lệ thu hồi (15 = 12/11 x 100%)", "%", of="III", unit="%", label="Tỷ lệ thu hồi"),
        ),
        title="TỔNG HỢP SỐ LIỆU VỀ PHÁT HIỆN, XỬ LÝ THAM NHŨNG",
        rules=(
            equality(15, 16, 17, scope="row"),
            ratio(18, [15], [14]) | {"scope": "row"},
        ),
        widths=(6, 60, 14, 16),
    )  # fmt: skip
    affairs = Table(
        ("TT",),
        (
            words("Tên vụ việc, vụ án"),
            words("Vị trí, chức vụ của người có hành vi tham nhũng"),
            words("Lĩnh vực để xảy ra hành vi tham nhũng"),
            choice("Mức độ", "Ít nghiêm trọng", "Nghiêm trọng", "Rất nghiêm trọng", "Đặc biệt nghiêm trọng"),
            money("Giá trị tiền, tài sản bị thiệt hại", "triệu đồng"),
            day("Ngày kết luận"),
        ),
        (shown("1"), shown("2"), shown("3"), shown("...")),
        title="DANH SÁCH VỤ VIỆC, VỤ ÁN THAM NHŨNG TRONG KỲ",
        kind="list",
        name_at=0,
        widths=(6, 34, 30, 26, 20, 18, 14),
    )
    top = pair("BỘ (UBND TỈNH) ......", NATION)
    return Annex(
        "phong-chong-tham-nhung",
        "CP-PCTN-ND59",
        (
            Sheet("Biểu số 1", (right("Biểu số: 01/BC-PCTN", bold=True, italic=False), top, SPACE, centre(table.title),
                                centre("(Kèm theo Báo cáo số … ngày … tháng … năm …)", False, True),
                                centre("Kỳ báo cáo: năm ....", False), table, SIGNED)),
            Sheet("Biểu số 2", (right("Biểu số: 02/BC-PCTN", bold=True, italic=False), top, SPACE,
                                centre(affairs.title), right("Đơn vị tính: Triệu đồng"), affairs, SIGNED)),
        ),
        frequencies=("yearly",),
    )  # fmt: skip


def judgments() -> Annex:
    """Four levels of headings, sums with dots between, a rate; a total row above its parts."""

    def table(unit: str, make, title: str) -> Table:
        return Table(
            ("STT", "Tên chỉ tiêu"),
            (
                group(
                    "Tổng số thụ lý",
                    make("Tổng số", unit),
                    group("Chia ra:", make("Năm trước chuyển sang", unit), make("Mới thụ lý", unit), label="Chia ra"),
                ),
                make("Ủy thác thi hành án", unit),
                make("Thu hồi, hủy quyết định thi hành án", unit),
                group(
                    "Tổng số phải thi hành",
                    make("Tổng số", unit),
                    group(
                        "Có điều kiện thi hành",
                        make("Tổng số", unit),
                        group(
                            "Chia ra:",
                            make("Thi hành xong", unit),
                            make("Đình chỉ thi hành án", unit),
                            make("Đang thi hành", unit),
                            make("Hoãn thi hành án", unit),
                            make("Tạm đình chỉ thi hành án", unit),
                            make("Trường hợp khác", unit),
                            label="Chia ra",
                        ),
                    ),
                    make("Chưa có điều kiện thi hành", unit),
                ),
                make("Chuyển kỳ sau", unit),
                rate("Tỷ lệ: (xong + đình chỉ)/Có điều kiện x 100%"),
            ),
            (
                row("", "Tổng số", key="T", bold=True),
                row("1", "Thi hành án chủ động", of="T"),
                row("2", "Thi hành án theo đơn yêu cầu", of="T"),
            ),
            numbers=("A", "B", "1=2+3", "2", "3", "4", "5", "6=1-4-5", "7=8+9+…+13", "8", "9", "10", "11", "12",
                     "13", "14", "15=6-8-9", "16=(8+9)/7*100"),
            title=title,
            rules=(
                equality(1, 2, 3),
                equality(6, 1, -4, -5),
                equality(7, 8, 9, 10, 11, 12, 13),
                equality(6, 7, 14),
                equality(15, 6, -8, -9),
                ratio(16, [8, 9], [7]),
                equality(1, 2, 3, scope="row"),
            ),
        )  # fmt: skip

    def sheet(name: str, number: str, title: str, caption: str, found: Table) -> Sheet:
        return Sheet(
            name,
            (
                three(
                    f"Biểu số: {number}/TK-THA\nBan hành theo TT số: 05/2024/TT-BTP\nngày 24 tháng 6 năm 2024\n"
                    "Ngày nhận báo cáo:………",
                    f"{title}\n… tháng/năm …",
                    "Đơn vị báo cáo: ……………\nĐơn vị nhận báo cáo: ………\n……………………",
                ),
                right(f"Đơn vị tính: {caption}"),
                found,
                SPACE,
                pair("NGƯỜI LẬP BIỂU", "……, ngày … tháng … năm …\nCỤC TRƯỞNG"),
            ),
        )

    first = table("việc", num, "KẾT QUẢ THI HÀNH ÁN DÂN SỰ TÍNH BẰNG VIỆC")
    second = table("nghìn đồng", money, "KẾT QUẢ THI HÀNH ÁN DÂN SỰ TÍNH BẰNG TIỀN")
    return Annex(
        "thi-hanh-an-dan-su",
        "BTP-TK-THADS",
        (
            sheet("01", "01", first.title, "Việc và %", first),
            sheet("02", "02", second.title, "1.000 đồng và %", second),
        ),
    )


def mines() -> Annex:
    """Registers on a sheet each: empty rows, dots, dates, a list to choose from."""

    def sheet(name: str, number: str, table: Table) -> Sheet:
        return Sheet(
            name,
            (
                pair("ĐƠN VỊ BÁO CÁO\n…………………", NATION),
                right(f"Mẫu số {number}", bold=True, italic=False),
                centre(table.title),
                centre("(Ban hành kèm theo Thông tư số 195/2019/TT-BQP ngày 27/12/2019 của Bộ trưởng Bộ Quốc phòng)",
                       False, True),
                centre("6 tháng …… năm ……", False),
                SPACE,
                table,
                SIGNED,
            ),
        )  # fmt: skip

    empty = (*tuple(shown(str(n)) for n in range(1, 6)), shown("…"))
    results = Table(
        ("TT",),
        (
            words("Tên dự án, hạng mục, nhiệm vụ"),
            words("Địa điểm"),
            words("Đơn vị thực hiện"),
            group("Diện tích (ha)", dec("Điều tra, khảo sát", "ha"), dec("Rà phá hoàn thành", "ha"), label="Diện tích"),
            num("Số bom mìn, vật nổ thu gom, xử lý (quả)", "quả", label="Số bom mìn, vật nổ thu gom, xử lý"),
            money("Kinh phí thực hiện (triệu đồng)", "triệu đồng"),
            day("Thời gian hoàn thành (ngày/tháng/năm)", label="Thời gian hoàn thành"),
        ),
        (*empty, shown("", bold=True, cells=("Cộng",))),
        title="KẾT QUẢ THỰC HIỆN DỰ ÁN, HẠNG MỤC, NHIỆM VỤ ĐIỀU TRA, KHẢO SÁT, RÀ PHÁ BOM MÌN",
        kind="list",
        name_at=0,
        widths=(6, 36, 24, 24, 14, 14, 16, 16, 16),
    )
    accidents = Table(
        ("TT",),
        (
            day("Ngày xảy ra"),
            words("Địa điểm"),
            group("Số người bị nạn", num("Chết", "người"), num("Bị thương", "người"),
                  num("Trong đó: trẻ em", "người", label="trẻ em")),
            words("Loại bom mìn, vật nổ"),
            words("Hoạt động khi xảy ra tai nạn"),
        ),
        empty,
        numbers=("1", "2", "3", "4", "5", "6", "7", "8"),
        title="TAI NẠN, SỰ CỐ DO BOM MÌN, VẬT NỔ SAU CHIẾN TRANH",
        kind="list",
        name_at=0,
        widths=(6, 14, 30, 10, 10, 10, 24, 30),
    )  # fmt: skip
    areas = Table(
        ("STT",),
        (
            words("Tên, vị trí khu vực"),
            dec("Diện tích\n(ha)", "ha"),
            words("Loại bom mìn, vật nổ"),
            choice("Mức độ ưu tiên rà phá", "Cao", "Trung bình", "Thấp"),
            words("Ghi chú"),
        ),
        empty,
        title="KHU VỰC KHẲNG ĐỊNH Ô NHIỄM BOM MÌN, VẬT NỔ",
        kind="list",
        name_at=0,
        widths=(6, 36, 14, 30, 18, 20),
    )
    return Annex(
        "bom-min-vat-no",
        "BQP-BOMMIN",
        (sheet("Mau01", "01", results), sheet("Mau02", "02", accidents), sheet("Mau05", "05", areas)),
        frequencies=("half_yearly",),
    )


def foreign_workers() -> Annex:
    """Two parts on one sheet: a table with groups of rows that have no figures of their own, then a list."""
    positions = ("Nhà quản lý", "Giám đốc điều hành", "Chuyên gia", "Lao động kỹ thuật")
    ways = (
        "Thực hiện hợp đồng lao động", "Di chuyển trong nội bộ doanh nghiệp",
        "Thực hiện các loại hợp đồng hoặc thỏa thuận", "Nhà cung cấp dịch vụ theo hợp đồng", "Chào bán dịch vụ",
        "Tình nguyện viên", "Tham gia thực hiện gói thầu, dự án", "Hình thức khác",
    )  # fmt: skip
    table = Table(
        ("STT", "Chỉ tiêu"),
        (
            num("Tổng số người lao động nước ngoài", "người"),
            num("Trong đó: nữ", "người", label="nữ"),
            group(
                "Thuộc diện cấp giấy phép lao động",
                num("Tổng số", "người"),
                group(
                    "Tình hình cấp giấy phép trong kỳ",
                    num("Cấp mới", "người"),
                    num("Cấp lại", "người"),
                    num("Gia hạn", "người"),
                    num("Thu hồi", "người"),
                ),
            ),
            num("Không thuộc diện cấp giấy phép lao động", "người"),
        ),
        (
            row("", "TỔNG SỐ", key="T", bold=True),
            row("I", "Chia theo vị trí công việc", key="I", of="T", heading=True, bold=True,
                blocked=tuple(range(1, 9)), mark="grey"),
            *(row(str(n), name, of="I") for n, name in enumerate(positions, 1)),
            row("II", "Chia theo hình thức làm việc", key="II", of="T", heading=True, bold=True,
                blocked=tuple(range(1, 9)), mark="grey"),
            *(row(str(n), name, of="II") for n, name in enumerate(ways, 1)),
        ),
        numbers=("A", "B", "1 = 3 + 8", "2", "3", "4", "5", "6", "7", "8"),
        title="NGƯỜI LAO ĐỘNG NƯỚC NGOÀI THEO VỊ TRÍ VÀ HÌNH THỨC LÀM VIỆC",
        rules=(
            equality(1, 3, 8),
            part(1, 2),
            equality(3, 4, 5, 6, 7, optional=True),
            equality(1, 3, 4, 5, 6, scope="row"),
            equality(1, *range(8, 16), scope="row"),
            equality(1, 2, 7, scope="row", optional=True),
        ),
    )  # fmt: skip
    nations = Table(
        ("STT",),
        (
            words("Quốc tịch"),
            num("Số người", "người"),
            num("Số giấy phép lao động còn hiệu lực", ["giấy phép", "người", None]),
        ),
        (shown("1"), shown("2"), shown("…", cells=("…", "…", "…")), shown("", bold=True, cells=("Tổng cộng",))),
        title="Người lao động nước ngoài chia theo quốc tịch",
        kind="list",
        name_at=0,
        widths=(6, 40),
    )
    sheet = Sheet(
        "08-PLI",
        (
            right("Mẫu số 08/PLI", bold=True, italic=False),
            pair("UBND TỈNH …\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", NATION),
            SPACE,
            centre("BÁO CÁO TÌNH HÌNH NGƯỜI LAO ĐỘNG NƯỚC NGOÀI LÀM VIỆC TRÊN ĐỊA BÀN"),
            centre("(6 tháng đầu năm/năm …)", False, True),
            left("I. Người lao động nước ngoài theo vị trí và hình thức làm việc", bold=True),
            right("Đơn vị tính: người"),
            table,
            SPACE,
            left("II. Người lao động nước ngoài chia theo quốc tịch", bold=True),
            nations,
            SIGNED,
        ),
        split_lines=True,
    )
    return Annex("lao-dong-nuoc-ngoai", "LDTBXH-LDNN-SO", (sheet,), frequencies=("half_yearly", "yearly"))


def storm_loans() -> Annex:
    """Bank style: a row for each commune, this month and cumulative, the unit in capitals on the right."""
    table = Table(
        ("STT", "Tên xã, phường"),
        (
            num("Số hộ được phê duyệt danh sách vay (hộ)", "hộ"),
            group("Doanh số cho vay", money("Trong tháng", "triệu đồng"), money("Lũy kế", "triệu đồng")),
            group("Doanh số thu nợ", money("Trong tháng", "triệu đồng"), money("Lũy kế", "triệu đồng")),
            group("Dư nợ", money("Tổng số", "triệu đồng"),
                  money("Trong đó: Nợ quá hạn", "triệu đồng", label="Nợ quá hạn")),
            group("Khách hàng", num("Số hộ còn dư nợ (hộ)", "hộ"),
                  num("Số lượt hộ được vay lũy kế (lượt hộ)", "lượt hộ", label="Số lượt hộ được vay lũy kế")),
        ),
        (
            shown("1", "Xã …"),
            shown("2", "Xã …"),
            shown("3", "Phường …"),
            shown("...", "..."),
            shown("", "Tổng cộng", bold=True),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)"),
        title="TÌNH HÌNH CHO VAY HỘ NGHÈO XÂY DỰNG NHÀ Ở PHÒNG, TRÁNH BÃO, LỤT",
        one_row=True,
        rules=(part(6, 7),),
        formulas=lambda at: {(5, c): f"=SUM({at(1, c)}:{at(4, c)})" for c in range(3, 12)},
    )  # fmt: skip
    sheet = Sheet(
        "Bieu 02",
        (
            pair("NGÂN HÀNG CHÍNH SÁCH XÃ HỘI\nCHI NHÁNH TỈNH ………", "Biểu số 02\n(Thông tư số 41/2014/TT-NHNN)"),
            SPACE,
            centre(f"BÁO CÁO\n{table.title}"),
            centre("Tháng … năm …", False),
            right("Đơn vị: Triệu đồng, hộ", bold=True),
            table,
            left(
                "Hướng dẫn lập báo cáo:\n- Kỳ báo cáo: hằng tháng.\n- Thời hạn gửi: chậm nhất ngày 10 tháng tiếp theo."
            ),
            pair("LẬP BẢNG                    KIỂM SOÁT", "GIÁM ĐỐC"),
        ),
    )
    return Annex("cho-vay-nha-o-tranh-bao", "NHNN-TD-BAOLU", (sheet,), frequencies=("monthly",))


def unemployment() -> Annex:
    """A unit for each row, groups of rows without figures (crossed), this period, last year and cumulative."""
    crossed = {"heading": True, "bold": True, "blocked": (1, 2, 3)}
    table = Table(
        ("STT", "Chỉ tiêu", "Đơn vị tính"),
        (either("Số trong kỳ"), either("Cùng kỳ năm trước"), either("Lũy kế từ đầu năm")),
        (
            row("1", "Số đơn vị tham gia bảo hiểm thất nghiệp", "Đơn vị", unit="đơn vị"),
            row("2", "Số người tham gia bảo hiểm thất nghiệp", "Người", unit="người"),
            row("3", "Trợ cấp thất nghiệp", "x", key="3", **crossed),
            row("3.1", "Số người nộp hồ sơ đề nghị hưởng", "Người", of="3", unit="người"),
            row("3.2", "Số người có quyết định hưởng", "Người", of="3", unit="người"),
            row("3.3", "Số người bị chấm dứt hưởng", "Người", of="3", unit="người"),
            row("3.4", "Số người bị tạm dừng hưởng", "Người", of="3", unit="người"),
            row("3.5", "Số tiền chi trợ cấp", "Triệu đồng", of="3", unit="triệu đồng"),
            row("4", "Hỗ trợ tư vấn, giới thiệu việc làm", "x", key="4", **crossed),
            row("4.1", "Số lượt người được tư vấn", "Lượt người", of="4", unit="lượt người"),
            row("4.2", "Số người được giới thiệu việc làm", "Người", of="4", unit="người", key="4.2"),
            row("", "Trong đó: số người có việc làm", "Người", of="4.2", unit="người", label="số người có việc làm"),
            row("5", "Hỗ trợ học nghề", "x", key="5", **crossed),
            row("5.1", "Số người được hỗ trợ học nghề", "Người", of="5", unit="người"),
            row("5.2", "Số tiền hỗ trợ học nghề", "Triệu đồng", of="5", unit="triệu đồng"),
        ),
        numbers=("A", "B", "C", "1", "2", "3"),
        title="BÁO CÁO TÌNH HÌNH THỰC HIỆN BẢO HIỂM THẤT NGHIỆP",
        widths=(6, 46, 14, 14, 14, 14),
        rules=(part(11, 12, scope="row"),),
    )
    sheet = Sheet(
        "Mau 30",
        (
            right("Mẫu số 30: Ban hành kèm theo Thông tư số 28/2015/TT-BLĐTBXH ngày 31/7/2015"),
            pair("UBND TỈNH, THÀNH PHỐ ….\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", NATION),
            SPACE,
            centre(table.title),
            centre("6 tháng đầu năm …/Năm …", False, True),
            table,
            SPACE,
            SIGNED,
        ),
        split_lines=True,
        first_column=2,
    )
    return Annex("bao-hiem-that-nghiep", "LDTBXH-BHTN-SO", (sheet,), frequencies=("half_yearly", "yearly"))


_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)


def _tcvn3(text: str) -> str:
    """As typed with a TCVN3 font: capitals with tones come from the font of capitals, typed as small letters."""
    text = text.lower() if text.isupper() and len(text) > 4 else text
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def cooperative_groups() -> Annex:
    """An old file in a TCVN3 font."""
    table = Table(
        ("TT", "Lĩnh vực"),
        (
            group(
                "Số tổ hợp tác (tổ)",
                num("Đầu kỳ", "tổ"),
                num("Thành lập mới", "tổ"),
                num("Chấm dứt hoạt động", "tổ"),
                num("Cuối kỳ", "tổ"),
            ),
            num("Số thành viên (người)", "người"),
            money("Tổng phần đóng góp (triệu đồng)", "triệu đồng"),
            money("Doanh thu bình quân một tổ hợp tác (triệu đồng)", "triệu đồng"),
        ),
        (
            row("", "Tổng số", key="T", bold=True),
            row("1", "Nông, lâm, ngư, diêm nghiệp", of="T"),
            row("2", "Công nghiệp, xây dựng", of="T"),
            row("3", "Thương mại, dịch vụ", of="T"),
        ),
        numbers=("A", "B", "1", "2", "3", "4=1+2-3", "5", "6", "7"),
        title="TÌNH HÌNH HOẠT ĐỘNG CỦA TỔ HỢP TÁC",
        rules=(equality(4, 1, 2, -3), equality(1, 2, 3, 4, scope="row")),
    )
    sheet = Sheet(
        "Mau II.02",
        (
            pair("UBND HUYỆN ....", NATION),
            right("Mẫu II.02"),
            centre(table.title),
            centre("Năm ....", False),
            SPACE,
            table,
            SPACE,
            pair("Người lập biểu", "Thủ trưởng đơn vị"),
        ),
        split_lines=True,
    )
    return Annex(
        "to-hop-tac", "BKHDT-THT", (sheet,),
        frequencies=("yearly",), change=_tcvn3, font=".VnTime", capitals_font=".VnTimeH"
    )  # fmt: skip


def industry_promotion() -> Annex:
    """Decomposed Unicode, as some editors save it; a total column after its parts."""
    contents = (
        "Đào tạo nghề, truyền nghề", "Nâng cao năng lực quản lý, sản xuất sạch hơn",
        "Xây dựng mô hình trình diễn kỹ thuật", "Chuyển giao công nghệ, ứng dụng máy móc tiên tiến",
        "Bình chọn sản phẩm công nghiệp nông thôn tiêu biểu", "Hội chợ, triển lãm",
        "Xây dựng thương hiệu, phòng trưng bày", "Tư vấn trợ giúp cơ sở công nghiệp nông thôn",
        "Cung cấp thông tin, tuyên truyền", "Liên doanh, liên kết, phát triển cụm công nghiệp",
    )  # fmt: skip
    table = Table(
        ("Stt", "Nội dung hoạt động"),
        (
            group("Số đề án, nhiệm vụ", num("Thực hiện trong kỳ", ["đề án", None]),
                  num("Trong đó: hoàn thành", ["đề án", None], label="hoàn thành")),
            num("Số cơ sở, người được hỗ trợ", None),
            group(
                "Kinh phí (triệu đồng)",
                money("Khuyến công quốc gia", "triệu đồng"),
                money("Khuyến công địa phương", "triệu đồng"),
                money("Tổng cộng", "triệu đồng"),
            ),
        ),
        (*(row(str(n), text, of="T") for n, text in enumerate(contents, 1)), row("", "Cộng", key="T", bold=True)),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8=6+7)"),
        title="BÁO CÁO KẾT QUẢ HOẠT ĐỘNG KHUYẾN CÔNG",
        rules=(equality(6, 4, 5), part(1, 2), equality(11, *range(1, 11), scope="row")),
        formulas=lambda at: {(11, c): f"=SUM({at(1, c)}:{at(10, c)})" for c in range(3, 9)},
    )  # fmt: skip
    sheet = Sheet(
        "Quý",
        (
            pair("UBND TỈNH ........\nSỞ CÔNG THƯƠNG", NATION),
            SPACE,
            centre(table.title),
            centre("Quý .... năm ....", False, True),
            SPACE,
            table,
            SPACE,
            SIGNED,
        ),
    )
    return Annex(
        "khuyen-cong", "BCT-KHUYENCONG", (sheet,), frequencies=("quarterly",),
        change=lambda text: unicodedata.normalize("NFD", text),
    )  # fmt: skip


def school_rice() -> Annex:
    """A long register with choices, dates and a unit in brackets; a second list on the same sheet."""
    pupils = ["học sinh", "người", None]
    plan = Table(
        ("TT",),
        (
            words("Địa phương (huyện, xã)"),
            words("Trường"),
            choice("Cấp học", "Tiểu học", "Trung học cơ sở", "Trung học phổ thông"),
            group(
                "Số học sinh thuộc đối tượng hỗ trợ",
                num("Tổng số", pupils),
                group(
                    "Chia ra",
                    num("Học sinh bán trú trường phổ thông dân tộc bán trú", pupils),
                    num("Học sinh tiểu học, trung học cơ sở ở xã, thôn đặc biệt khó khăn", pupils),
                    num("Học sinh trung học phổ thông là người dân tộc thiểu số", pupils),
                    num("Học sinh trung học phổ thông là người dân tộc Kinh thuộc hộ nghèo", pupils),
                ),
            ),
            num("Số tháng hỗ trợ", ["tháng", None]),
            dec("Số lượng gạo cần hỗ trợ (kg)", "kg"),
            words("Đơn vị tiếp nhận gạo"),
            day("Thời gian dự kiến tiếp nhận"),
        ),
        (*tuple(shown(str(n)) for n in range(1, 11)), shown("…"), shown("", bold=True, cells=("Tổng cộng",))),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)=(6)+(7)+(8)+(9)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)", "(12)",
                 "(13)"),
        title="KẾ HOẠCH NHU CẦU HỖ TRỢ GẠO CHO HỌC SINH",
        kind="list",
        name_at=0,
        rules=(equality(4, 5, 6, 7, 8),),
        widths=(6, 24, 24, 14),
    )  # fmt: skip
    deliveries = Table(
        ("TT",),
        (
            choice("Học kỳ", "Học kỳ I", "Học kỳ II"),
            day("Ngày tiếp nhận"),
            dec("Số lượng gạo tiếp nhận (kg)", "kg"),
            dec("Số lượng gạo đã cấp phát (kg)", "kg"),
            num("Số học sinh được cấp", pupils),
            dec("Tồn chưa cấp phát (kg)", "kg"),
        ),
        (shown("1"), shown("2"), shown("3"), shown("…")),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)=(4)-(5)"),
        title="TIẾP NHẬN, PHÂN PHỐI GẠO TRONG NĂM HỌC",
        kind="list",
        name_at=0,
        rules=(equality(6, 3, -4),),
    )
    return Annex(
        "ho-tro-gao-hoc-sinh",
        "BGDDT-GAO",
        (
            Sheet("Kế hoạch", (pair("UBND TỈNH …\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", NATION), SPACE, centre(plan.title),
                               centre("Năm học 20… - 20…", False), plan, SIGNED)),
            Sheet("Tiếp nhận", (pair("UBND TỈNH …\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", NATION), SPACE, centre(deliveries.title),
                                centre("Năm học 20… - 20…", False), deliveries, SIGNED)),
        ),
    )  # fmt: skip


BOOKS = (
    legal_aid, sti, farms, public_assets, merit, road_transport, community_watch, corruption, judgments, mines,
    foreign_workers, storm_loans, unemployment, cooperative_groups, industry_promotion, school_rice,
)  # fmt: skip
