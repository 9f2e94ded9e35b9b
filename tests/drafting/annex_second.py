"""A second set of annexes, made after drafting was first proved and kept from its author until it was finished."""

from __future__ import annotations

from annex_books import NATION
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

SIGNED = pair("Người lập biểu\n(Ký, họ tên)", "Ngày … tháng … năm …\nThủ trưởng đơn vị\n(Ký, họ tên, đóng dấu)")
CASES = ["người", "trường hợp", "ca", None]


def infectious_diseases() -> Annex:
    """Diseases in fixed lines, this month and since the year began; numbers only over the figures."""
    names = ("Bạch hầu", "Cúm", "Dại", "Ho gà", "Liên cầu lợn ở người", "Lỵ a-míp", "Lỵ trực trùng", "Quai bị",
             "Sốt xuất huyết Dengue", "Sốt rét", "Sởi", "Tay - chân - miệng", "Thủy đậu", "Thương hàn", "Uốn ván",
             "Viêm gan vi rút", "Viêm não vi rút")  # fmt: skip
    table = Table(
        ("STT", "Tên bệnh"),
        (
            group("Trong tháng", num("Mắc", CASES), num("Chết", CASES)),
            group("Cộng dồn từ đầu năm", num("Mắc", CASES), num("Chết", CASES)),
            words("Ghi chú"),
        ),
        tuple(row(str(n), name) for n, name in enumerate(names, 1)),
        numbers=("", "", "(1)", "(2)", "(3)", "(4)", "(5)"),
        title="BÁO CÁO THÁNG BỆNH TRUYỀN NHIỄM",
        rules=(
            part(1, 2, optional=True), part(3, 4, optional=True), part(3, 1, optional=True), part(4, 2, optional=True),
        ),
    )  # fmt: skip
    blocks = (
        right("Biểu mẫu 3", bold=True, italic=False),
        pair("SỞ Y TẾ .............\nTRUNG TÂM KIỂM SOÁT BỆNH TẬT\n-------", f"{NATION}\n---------------"),
        centre(table.title),
        centre("Tháng ..... năm 20....", False, True),
        left("Kính gửi: ........................................"),
        table,
        SIGNED,
    )
    return Annex("benh-truyen-nhiem-thang", "BYT-BTN-THANG", blocks=blocks, landscape=False, frequencies=("monthly",))


def boats() -> Annex:
    """Counts beside measures, each with its unit under the group; a closing sum as a formula."""
    boat = "chiếc"
    table = Table(
        ("TT", "NHÓM PHƯƠNG TIỆN"),
        (
            group(
                "SỐ PHƯƠNG TIỆN (chiếc)",
                num("Đăng ký lần đầu", boat),
                num("Đăng ký lại", boat),
                num("Cấp lại giấy chứng nhận", boat),
                num("Xóa đăng ký", boat),
                label="SỐ PHƯƠNG TIỆN",
            ),
            group(
                "ĐẶC TRƯNG KỸ THUẬT",
                dec("Tổng trọng tải toàn phần (tấn)", "tấn"),
                num("Tổng sức chở hành khách (người)", "người"),
                either("Tổng công suất máy (CV)", "CV", label="Tổng công suất máy"),
            ),
            num("LŨY KẾ PHƯƠNG TIỆN ĐANG QUẢN LÝ (chiếc)", boat),
        ),
        (
            row("1", "Phương tiện chở hàng", of="T"),
            row("2", "Phương tiện chở khách", of="T"),
            row("3", "Phương tiện khác", of="T"),
            row("", "CỘNG", key="T", bold=True),
        ),
        title="BÁO CÁO TỔNG HỢP ĐĂNG KÝ PHƯƠNG TIỆN THỦY NỘI ĐỊA",
        rules=(equality(4, 1, 2, 3, scope="row"),),
        formulas=lambda at: {(4, c): f"=SUM({at(1, c)}:{at(3, c)})" for c in range(3, 11)},
    )
    sheet = Sheet(
        "Mau 12",
        (
            right("Mẫu số 12", bold=True, italic=False),
            pair("SỞ GIAO THÔNG VẬN TẢI\nCơ quan đăng ký: ……", NATION),
            SPACE,
            centre(table.title),
            centre("(Tháng …… năm ……)", False, True),
            table,
            SIGNED,
        ),
        split_lines=True,
    )
    return Annex("dang-ky-phuong-tien-thuy", "BGTVT-DTND-DK", (sheet,), frequencies=("monthly",))


def public_works() -> Annex:
    """One caption for the money alone; four kinds of people who may overlap."""
    table = Table(
        ("TT", "Loại dự án, hoạt động"),
        (
            num("Số dự án, hoạt động", ["dự án", "dự án, hoạt động", None]),
            group("Kinh phí (triệu đồng)", money("Tổng kinh phí", "triệu đồng"),
                  money("Trong đó: chi trả tiền công", "triệu đồng", label="chi trả tiền công"), label="Kinh phí"),
            group(
                "Số lao động tham gia (người)",
                num("Tổng số", "người"),
                group("Trong đó", num("Dân tộc thiểu số", "người"), num("Thuộc hộ nghèo", "người"),
                      num("Thuộc hộ cận nghèo", "người"), num("Thuộc hộ bị thu hồi đất nông nghiệp", "người")),
                label="Số lao động tham gia",
            ),
            num("Tổng số ngày công", ["ngày công", "ngày", "công", None]),
        ),
        (
            row("", "Tổng số", key="T", bold=True),
            row("1", "Xây dựng cơ sở hạ tầng phục vụ sản xuất nông, lâm, ngư, diêm nghiệp", of="T"),
            row("2", "Xây dựng cơ sở hạ tầng công cộng", of="T"),
            row("3", "Bảo vệ môi trường", of="T"),
            row("4", "Ứng phó với biến đổi khí hậu", of="T"),
            row("5", "Dự án, hoạt động khác phục vụ cộng đồng", of="T"),
        ),
        numbers=("A", "B", "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"),
        title="KẾT QUẢ THỰC HIỆN CHÍNH SÁCH VIỆC LÀM CÔNG",
        rules=(part(2, 3), part(4, 5, 6, 7, 8), equality(1, 2, 3, 4, 5, 6, scope="row")),
    )  # fmt: skip
    blocks = (
        pair("UBND TỈNH .....", "Mẫu số 3\nBan hành kèm theo Thông tư số 11/2017/TT-BLĐTBXH", bold=False),
        centre(f"BÁO CÁO\n{table.title}"),
        centre("Năm .....", False, True),
        table,
        SIGNED,
    )
    return Annex("viec-lam-cong", "LDTBXH-VLCONG", blocks=blocks, frequencies=("yearly",))


def chemicals() -> Annex:
    """A sheet for each part; indicators with a unit each; a register of places."""
    trade = Table(
        ("STT", "Nhóm hóa chất"),
        (
            num("Số tổ chức, cá nhân hoạt động", ["cơ sở", "tổ chức, cá nhân", "tổ chức", None]),
            group("Khối lượng (tấn/năm)", dec("Sản xuất", "tấn/năm"), dec("Kinh doanh", "tấn/năm"),
                  dec("Sử dụng", "tấn/năm"), label="Khối lượng"),
        ),
        (
            row("1", "Hóa chất sản xuất, kinh doanh có điều kiện"),
            row("2", "Hóa chất hạn chế sản xuất, kinh doanh"),
            row("3", "Hóa chất phải khai báo"),
            row("4", "Các loại hóa chất khác"),
        ),
        title="TÌNH HÌNH SẢN XUẤT, KINH DOANH, SỬ DỤNG HÓA CHẤT",
    )  # fmt: skip
    safety = Table(
        ("STT", "Chỉ tiêu", "ĐVT"),
        (num("Trong năm"),),
        (
            row("1", "Số cơ sở thực hiện huấn luyện an toàn hóa chất", "Cơ sở", unit="cơ sở"),
            row("2", "Số người được huấn luyện", "Người", unit="người"),
            row("3", "Số cơ sở có Kế hoạch phòng ngừa, ứng phó sự cố", "Cơ sở", unit="cơ sở"),
            row("4", "Số cơ sở có Biện pháp phòng ngừa, ứng phó sự cố", "Cơ sở", unit="cơ sở"),
            row("5", "Số sự cố hóa chất", "Vụ", unit="vụ"),
            row("6", "Số cuộc thanh tra, kiểm tra", "Cuộc", unit="cuộc"),
        ),
        title="CÔNG TÁC AN TOÀN HÓA CHẤT",
    )
    places = Table(
        ("STT",),
        (words("Tên tổ chức, cá nhân"), words("Tên hóa chất"), words("Địa điểm sản xuất"),
         dec("Khối lượng (tấn/năm)", "tấn/năm", label="Khối lượng")),
        (shown("1"), shown("2"), shown("3"), shown("…")),
        title="DANH SÁCH HÓA CHẤT PHẢI KHAI BÁO THEO ĐỊA ĐIỂM SẢN XUẤT",
        kind="list",
        name_at=0,
        widths=(6, 34, 30, 34, 16),
    )  # fmt: skip

    def sheet(name: str, table: Table) -> Sheet:
        return Sheet(name, (pair("UBND TỈNH …\nSỞ CÔNG THƯƠNG", NATION), SPACE, centre(table.title),
                            centre("(Ban hành kèm theo Thông tư số 32/2017/TT-BCT)", False, True),
                            centre("Năm báo cáo: ……", False), table, SIGNED))  # fmt: skip

    return Annex(
        "quan-ly-hoa-chat", "BCT-HOACHAT",
        (sheet("Phần 1", trade), sheet("Phần 2", safety), sheet("Phần 3", places)), frequencies=("yearly",),
    )  # fmt: skip


def teachers() -> Annex:
    """A rate with its formula in the number row; schools' levels; sections of people."""
    table = Table(
        ("TT", "Cấp học"),
        (
            group(
                "Giáo viên",
                num("Tổng số", "người"),
                group("Trong đó", num("Nữ", "người"), num("Đạt chuẩn trình độ đào tạo trở lên", "người")),
                rate("Tỷ lệ đạt chuẩn (%)"),
                num("Thừa", "người"),
                num("Thiếu", "người"),
            ),
            num("Cán bộ quản lý", "người"),
            num("Nhân viên", "người"),
            num("Tuyển dụng mới trong năm học", "người"),
        ),
        (
            row("1", "Mầm non", of="T"),
            row("2", "Tiểu học", of="T"),
            row("3", "Trung học cơ sở", of="T"),
            row("4", "Trung học phổ thông", of="T"),
            row("5", "Giáo dục thường xuyên", of="T"),
            row("", "Tổng cộng", key="T", bold=True),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)=(5)/(3)%", "(7)", "(8)", "(9)", "(10)", "(11)"),
        title="THỰC TRẠNG ĐỘI NGŨ NHÀ GIÁO, CÁN BỘ QUẢN LÝ VÀ NHÂN VIÊN",
        rules=(part(1, 2, 3), ratio(4, [3], [1]), equality(6, 1, 2, 3, 4, 5, scope="row")),
    )
    blocks = (
        pair("UBND TỈNH/THÀNH PHỐ ……\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", NATION),
        centre("Mẫu số 05\nTHỰC TRẠNG ĐỘI NGŨ NHÀ GIÁO, CÁN BỘ QUẢN LÝ VÀ NHÂN VIÊN"),
        centre("(Kèm theo Thông tư số 19/2020/TT-BGDĐT ngày 29 tháng 6 năm 2020)", False, True),
        centre("Năm học 20… - 20…", False),
        right("Đơn vị tính: Người"),
        table,
        SIGNED,
    )
    return Annex("doi-ngu-nha-giao", "BGDDT-NHAGIAO", blocks=blocks)


def residence() -> Annex:
    """Pairs of households and people for each commune, carried through the number row."""

    def both(text: str) -> object:
        return group(text, num("Hộ", "hộ"), num("Nhân khẩu", "nhân khẩu"))

    table = Table(
        ("STT", "Đơn vị hành chính"),
        (
            group("Đăng ký thường trú", num("Tổng số hộ", "hộ"), num("Tổng số nhân khẩu", "nhân khẩu")),
            group("Không cư trú tại nơi thường trú", both("Đi ngoài tỉnh"), both("Đi ngoài xã trong tỉnh")),
            group("Đăng ký tạm trú", both("Ngoài tỉnh đến"), both("Ngoài xã trong tỉnh đến")),
            group(
                "Hiện đang cư trú",
                num("Tổng số hộ", "hộ"),
                num("Tổng số nhân khẩu", "nhân khẩu"),
                num("Trong đó: nữ", "nhân khẩu", label="nữ"),
            ),
        ),
        (shown("1", "Xã A"), shown("2", "Xã B"), shown("3", "Phường C"), shown("…"), shown("", "Cộng", bold=True)),
        numbers=("a", "b", *(str(n) for n in range(1, 11)), "11=1-3-5+7+9", "12=2-4-6+8+10", "13"),
        title="THỐNG KÊ HỘ, NHÂN KHẨU VÀ KẾT QUẢ ĐĂNG KÝ, QUẢN LÝ CƯ TRÚ",
        one_row=True,
        rules=(equality(11, 1, -3, -5, 7, 9), equality(12, 2, -4, -6, 8, 10), part(12, 13)),
    )
    sheet = Sheet(
        "HK15",
        (
            three("Mẫu HK15 ban hành theo TT số\n36/2014/TT-BCA ngày 09/9/2014", f"{table.title}\n6 tháng, 1 năm",
                  "Đơn vị báo cáo: …………\nĐơn vị nhận báo cáo: …………"),
            SPACE,
            table,
            left("(*) Thời điểm chốt số liệu: ngày 14 của tháng cuối kỳ.", italic=True),
            SIGNED,
        ),
        first_column=2,
    )  # fmt: skip
    return Annex("dang-ky-cu-tru", "BCA-CUTRU", (sheet,), frequencies=("half_yearly", "yearly"))


def rehabilitation() -> Annex:
    """Lettered sections with figures, then a second and a third small table with parts named by numbers."""
    people = Table(
        ("STT", "Nội dung"),
        (
            num("Số đầu kỳ", "người"),
            num("Tăng trong kỳ", "người"),
            group("Giảm trong kỳ", num("Tổng số", "người"), num("Trong đó: hoàn thành", "người", label="hoàn thành")),
            group("Số cuối kỳ", num("Tổng số", "người"), num("Trong đó: nữ", "người", label="nữ")),
        ),
        (
            row("A", "Tại cộng đồng", key="A", bold=True),
            row("1", "Cai nghiện tự nguyện tại gia đình", of="A"),
            row("2", "Cai nghiện tự nguyện tại cộng đồng", of="A"),
            row("3", "Cai nghiện bắt buộc tại cộng đồng", of="A"),
            row("4", "Quản lý sau cai nghiện tại nơi cư trú", of="A"),
            row("B", "Tại cơ sở cai nghiện, cơ sở quản lý sau cai nghiện", key="B", bold=True),
            row("1", "Cai nghiện tự nguyện tại cơ sở", of="B"),
            row("2", "Cai nghiện bắt buộc tại cơ sở", of="B"),
            row("3", "Quản lý sau cai nghiện tại cơ sở", of="B"),
        ),
        numbers=("", "", "1", "2", "3", "4", "5=1+2-3", "6"),
        title="CAI NGHIỆN, QUẢN LÝ SAU CAI NGHIỆN",
        rules=(
            equality(5, 1, 2, -3),
            part(3, 4),
            part(5, 6),
            equality(1, 2, 3, 4, 5, scope="row"),
            equality(6, 7, 8, 9, scope="row"),
        ),
    )
    help_ = Table(
        ("STT", "Nơi thực hiện"),
        (num("Số người được hỗ trợ (người)", "người"), money("Kinh phí hỗ trợ (triệu đồng)", "triệu đồng")),
        (row("1", "Tại cộng đồng"), row("2", "Tại cơ sở cai nghiện, cơ sở quản lý sau cai nghiện")),
        title="HỖ TRỢ GIẢI QUYẾT CÁC VẤN ĐỀ XÃ HỘI",
    )
    means = Table(
        ("STT", "Chỉ tiêu", "Đơn vị tính"),
        (either("Số liệu"), words("Ghi chú")),
        (
            row("1", "Cán bộ làm công tác cai nghiện", "Người", unit="người"),
            row("2", "Kinh phí hoạt động", "Triệu đồng", unit="triệu đồng"),
        ),
        title="CÁN BỘ VÀ KINH PHÍ",
    )
    blocks = (
        three("Biểu 04-BCN\nBan hành kèm theo Thông tư số\n05/2011/TT-BLĐTBXH", "BÁO CÁO CAI NGHIỆN MA TÚY",
              "Đơn vị gửi: Sở LĐTBXH\nĐơn vị nhận: Bộ LĐTBXH"),
        centre("Kỳ báo cáo: 6 tháng, cả năm", False, True),
        left("I. CAI NGHIỆN, QUẢN LÝ SAU CAI NGHIỆN", bold=True),
        right("Đơn vị tính: người"),
        people,
        left("II. HỖ TRỢ GIẢI QUYẾT CÁC VẤN ĐỀ XÃ HỘI", bold=True),
        help_,
        left("III. CÁN BỘ VÀ KINH PHÍ", bold=True),
        means,
        SIGNED,
    )  # fmt: skip
    return Annex("cai-nghien-cap-tinh", "LDTBXH-CAINGHIEN-TINH", blocks=blocks, frequencies=("half_yearly", "yearly"))


def information_safety() -> Annex:
    """Levels as rows; a register with a list to choose from and a percentage of progress."""
    unit = ["hệ thống", None]
    levels = Table(
        ("STT", "Cấp độ"),
        (
            group("Hệ thống thông tin", num("Đang vận hành", unit),
                  num("Đã phê duyệt hồ sơ đề xuất cấp độ", unit),
                  num("Đã triển khai đầy đủ phương án bảo đảm an toàn", unit)),
            group("Sự cố an toàn thông tin (sự cố)", num("Tổng số", "sự cố"),
                  num("Trong đó: đã khắc phục", "sự cố", label="đã khắc phục"), label="Sự cố an toàn thông tin"),
            num("Số cuộc kiểm tra, đánh giá (cuộc)", "cuộc", label="Số cuộc kiểm tra, đánh giá"),
        ),
        (*tuple(row(str(n), f"Cấp độ {n}", of="T") for n in range(1, 6)), row("", "Tổng", key="T", bold=True)),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"),
        title="HỆ THỐNG THÔNG TIN THEO CẤP ĐỘ",
        rules=(part(4, 5), equality(6, 1, 2, 3, 4, 5, scope="row")),
    )  # fmt: skip
    systems = Table(
        ("STT",),
        (
            words("Tên hệ thống thông tin"),
            choice("Cấp độ", "3", "4", "5"),
            words("Đơn vị vận hành"),
            words("Số, ngày quyết định phê duyệt cấp độ"),
            rate("Tiến độ triển khai phương án (%)"),
            words("Đề xuất, kiến nghị"),
        ),
        (*tuple(shown(str(n)) for n in range(1, 6)), shown("...")),
        title="DANH SÁCH HỆ THỐNG THÔNG TIN CẤP ĐỘ 3, 4, 5",
        kind="list",
        name_at=0,
        widths=(6, 34, 10, 26, 24, 16, 24),
    )
    sheet = Sheet(
        "BC ATTT",
        (
            pair("TÊN CƠ QUAN CHỦ QUẢN\nTÊN CƠ QUAN, ĐƠN VỊ", NATION),
            SPACE,
            centre("BÁO CÁO AN TOÀN HỆ THỐNG THÔNG TIN THEO CẤP ĐỘ"),
            centre("Năm 20…", False, True),
            left("1. HỆ THỐNG THÔNG TIN THEO CẤP ĐỘ", bold=True),
            levels,
            SPACE,
            left("2. DANH SÁCH HỆ THỐNG THÔNG TIN CẤP ĐỘ 3, 4, 5", bold=True),
            systems,
            SIGNED,
        ),
        split_lines=True,
    )
    return Annex("an-toan-he-thong-thong-tin", "TTTT-ATTT", (sheet,), frequencies=("yearly",))


def emission_payments() -> Annex:
    """Money in one caption, roman sections with sums, a balance in the number row; a second table with three units."""
    use = Table(
        ("STT", "Nội dung chi"),
        (money("Kinh phí được phân bổ", "triệu đồng"), money("Kinh phí đã chi trả", "triệu đồng"),
         money("Kinh phí còn lại", "triệu đồng")),
        (
            row("", "Tổng cộng", key="T", bold=True),
            row("I", "Hoạt động lâm nghiệp giảm phát thải", key="I", of="T", bold=True),
            row("1", "Hướng dẫn cơ chế, chính sách", of="I"),
            row("2", "Theo dõi trữ lượng các-bon rừng", of="I"),
            row("3", "Thực thi pháp luật", of="I"),
            row("4", "Nâng cao năng lực", of="I"),
            row("II", "Hoạt động đóng góp trực tiếp", key="II", of="T", bold=True),
            row("1", "Bảo vệ rừng tự nhiên", of="II"),
            row("2", "Biện pháp lâm sinh", of="II"),
            row("III", "Hỗ trợ phát triển sinh kế", key="III", of="T", bold=True),
            row("1", "Khuyến nông, khuyến lâm", of="III"),
            row("2", "Công trình công cộng của cộng đồng", of="III"),
            row("3", "Tuyên truyền, tập huấn, hương ước", of="III"),
            row("IV", "Hoạt động quản lý", of="T", bold=True),
        ),
        numbers=("A", "B", "1", "2", "3=1-2"),
        title="SỬ DỤNG KINH PHÍ TỪ THỎA THUẬN CHI TRẢ GIẢM PHÁT THẢI",
        rules=(
            equality(3, 1, -2),
            equality(1, 2, 7, 10, 14, scope="row"),
            equality(2, 3, 4, 5, 6, scope="row"),
            equality(7, 8, 9, scope="row"),
            equality(10, 11, 12, 13, scope="row"),
        ),
    )  # fmt: skip
    people = Table(
        ("STT", "Đối tượng hưởng lợi"),
        (
            num("Số đối tượng", ["đối tượng", None]),
            dec("Diện tích rừng tự nhiên được chi trả (ha)", "ha"),
            money("Số tiền chi trả (triệu đồng)", "triệu đồng"),
        ),
        (
            row("1", "Chủ rừng được giao rừng tự nhiên"),
            row("2", "Ủy ban nhân dân cấp xã và tổ chức khác được giao quản lý"),
            row("3", "Cộng đồng dân cư, UBND xã có thỏa thuận tham gia"),
            row("4", "Đối tượng khác"),
        ),
        title="CHI TRẢ THEO ĐỐI TƯỢNG HƯỞNG LỢI",
    )
    blocks = (
        pair("UBND TỈNH ...\nQUỸ BẢO VỆ VÀ PHÁT TRIỂN RỪNG", NATION),
        centre("PHỤ BIỂU 1\nSỬ DỤNG KINH PHÍ TỪ THỎA THUẬN CHI TRẢ GIẢM PHÁT THẢI"),
        centre("6 tháng/năm ......", False, True),
        right("ĐVT: Triệu đồng"),
        use,
        SPACE,
        centre("PHỤ BIỂU 2\nCHI TRẢ THEO ĐỐI TƯỢNG HƯỞNG LỢI"),
        centre("6 tháng/năm ......", False, True),
        people,
        SIGNED,
    )
    return Annex("chi-tra-giam-phat-thai", "BNN-LN-ERPA", blocks=blocks, landscape=False,
                 frequencies=("half_yearly", "yearly"))  # fmt: skip


def tax_debts() -> Annex:
    """Short and plain: the period and the sum to date; a code of each row."""
    table = Table(
        ("STT", "Loại xử lý", "Mã số"),
        (
            num("Số người nộp thuế", ["người nộp thuế", "người", None]),
            num("Số quyết định", ["quyết định", None]),
            group("Số tiền (triệu đồng)", money("Trong kỳ", "triệu đồng"), money("Lũy kế từ đầu năm", "triệu đồng"),
                  label="Số tiền"),
        ),
        (
            row("1", "Khoanh nợ tiền thuế", "10"),
            row("2", "Xóa nợ tiền phạt chậm nộp", "20"),
            row("3", "Xóa nợ tiền chậm nộp", "30"),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        title="BÁO CÁO KẾT QUẢ KHOANH NỢ TIỀN THUẾ, XÓA NỢ",
        rules=(part(4, 3, optional=True),),
    )  # fmt: skip
    sheet = Sheet(
        "01-KQXN",
        (
            pair("TỔNG CỤC THUẾ\nCỤC THUẾ ………", "Mẫu số: 01/KQXN\n(Ban hành kèm theo Thông tư số 69/2020/TT-BTC)"),
            SPACE,
            centre(table.title),
            centre("Kỳ báo cáo: Tháng/Quý/6 tháng/9 tháng/Năm", False, True),
            table,
            SIGNED,
        ),
    )
    return Annex("khoanh-no-xoa-no-thue", "BTC-KNTHUE", (sheet,),
                 frequencies=("monthly", "quarterly", "half_yearly", "nine_month", "yearly"))  # fmt: skip


def school_health() -> Annex:
    """A total column printed last, "Trong đó" rows, indicators that are counted in different things."""
    table = Table(
        ("TT", "Nội dung", "Đơn vị tính"),
        (num("Cơ sở giáo dục đại học"), num("Cơ sở giáo dục nghề nghiệp"), num("Tổng số")),
        (
            row("I", "THÔNG TIN CHUNG", key="I", heading=True, across=False, bold=True),
            row("1", "Số cơ sở giáo dục", "Cơ sở", of="I", unit="cơ sở", key="1"),
            row("", "Trong đó: - Có báo cáo", "Cơ sở", of="1", unit="cơ sở", label="Có báo cáo"),
            row("", "- Có phòng y tế riêng", "Cơ sở", of="1", unit="cơ sở"),
            row("", "- Có nhân viên y tế trường học", "Cơ sở", of="1", unit="cơ sở"),
            row("2", "Tổng số người học", "Người", of="I", unit="người"),
            row("II", "HOẠT ĐỘNG", key="II", heading=True, bold=True),
            row("1", "Số người học được khám sức khỏe định kỳ", "Người", of="II", unit="người"),
            row("2", "Số lượt sơ cứu, cấp cứu", "Lượt", of="II", unit="lượt"),
            row("3", "Số vụ dịch bệnh trong cơ sở giáo dục", "Vụ", of="II", unit="vụ"),
            row("4", "Số vụ ngộ độc thực phẩm", "Vụ", of="II", unit="vụ"),
        ),
        numbers=("(1)", "(2)", "(3)", "(4)", "(5)", "(6)=(4)+(5)"),
        title="BÁO CÁO CÔNG TÁC Y TẾ TRƯỜNG HỌC",
        rules=(equality(3, 1, 2), part(2, 3, 4, 5, scope="row")),
    )
    blocks = (
        centre("Phụ lục số 02"),
        centre("(Ban hành kèm theo Thông tư số 33/2021/TT-BYT ngày 31 tháng 12 năm 2021)", False, True),
        pair("BỘ/UBND TỈNH ...", NATION),
        centre(table.title),
        centre("NĂM …………", True),
        table,
        SIGNED,
    )
    return Annex("y-te-truong-hoc", "BYT-YTTH", blocks=blocks, landscape=False, frequencies=("yearly",))


def driving_tests() -> Annex:
    """A register whose last column is worked out; the line of totals at its end."""
    table = Table(
        ("TT",),
        (
            day("Ngày sát hạch"),
            words("Trung tâm sát hạch"),
            words("Hạng giấy phép lái xe"),
            group("Số thí sinh (người)", num("Dự sát hạch", "người"), num("Vắng", "người"), num("Đạt", "người"),
                  label="Số thí sinh"),
            rate("Tỷ lệ đạt (%)"),
            words("Ghi chú"),
        ),
        (*(shown(str(n)) for n in range(1, 7)), shown("…"), shown("", bold=True, cells=("Tổng cộng",))),
        numbers=("1", "2", "3", "4", "5", "6", "7", "8=7/5x100", "9"),
        title="BÁO CÁO KẾT QUẢ CÁC KỲ SÁT HẠCH LÁI XE",
        kind="list",
        name_at=0,
        rules=(ratio(7, [6], [4]),),
        widths=(6, 14, 30, 14),
    )  # fmt: skip
    sheet = Sheet(
        "PL26",
        (
            right("Phụ lục 26"),
            pair("UBND TỈNH …\nSỞ GIAO THÔNG VẬN TẢI", NATION),
            SPACE,
            centre(table.title),
            centre("Tháng … năm …", False, True),
            table,
            SIGNED,
        ),
        split_lines=True,
    )
    return Annex("sat-hach-lai-xe", "BGTVT-DB-SATHACH", (sheet,), frequencies=("monthly",))


SECOND = (
    infectious_diseases, boats, public_works, chemicals, teachers, residence, rehabilitation, information_safety,
    emission_payments, tax_debts, school_health, driving_tests,
)  # fmt: skip
