// Reads what is typed and asks the rules of it, as the hub does when it is saved: exact fractions, no floats.
// The program comes from hub/domain/rule_browser.py; HubRules.judge(program, typed) says what the hub would find.
"use strict";
(function () {
  // --- exact numbers: a fraction of two BigInts, the lower one positive --------------------------------------------

  function gcd(a, b) {
    if (a < 0n) a = -a;
    while (b) [a, b] = [b, a % b];
    return a;
  }
  function fraction(n, d) {
    if (d === 1n) return { n, d };
    if (d < 0n) { n = -n; d = -d; }
    const common = gcd(n, d);
    return common > 1n ? { n: n / common, d: d / common } : { n, d };
  }
  const ZERO = { n: 0n, d: 1n };
  const plus = (a, b) => (a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d));
  const negated = (a) => ({ n: -a.n, d: a.d });
  const minus = (a, b) => plus(a, negated(b));
  const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
  const over = (a, b) => fraction(a.n * b.d, a.d * b.n);
  const absolute = (a) => (a.n < 0n ? negated(a) : a);
  function order(a, b) {
    const off = a.n * b.d - b.n * a.d;
    return off < 0n ? -1 : off > 0n ? 1 : 0;
  }

  function rounded(a, places) { // half up, away from zero
    const shifted = (a.n < 0n ? -a.n : a.n) * 10n ** BigInt(places);
    let whole = shifted / a.d;
    if (2n * (shifted % a.d) >= a.d) whole += 1n;
    return fraction(a.n < 0n ? -whole : whole, 10n ** BigInt(places));
  }

  function exact(text) { // "12.5", "-3", "1/3"
    const [above, below] = text.split("/");
    if (below) return over(exact(above), exact(below));
    const [whole, part = ""] = above.split(".");
    return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
  }

  function exactText(a) { // plain digits, no trailing zeros; an endless fraction as n/d
    let rest = a.d, twos = 0, fives = 0;
    while (rest % 2n === 0n) { rest /= 2n; twos += 1; }
    while (rest % 5n === 0n) { rest /= 5n; fives += 1; }
    if (rest !== 1n) return `${a.n}/${a.d}`;
    const places = Math.max(twos, fives);
    const digits = String((a.n < 0n ? -a.n : a.n) * 10n ** BigInt(places) / a.d).padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places), part = digits.slice(digits.length - places);
    return (a.n < 0n ? "-" : "") + whole + (part ? "." + part : "");
  }

  // --- text as people write it --------------------------------------------------------------------------------------

  const EDGES = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  const AT_ENDS = new RegExp(`^${EDGES}+|${EDGES}+$`, "g");
  const BETWEEN = new RegExp(`${EDGES}+`, "g");
  const BLANKS_AT_ENDS = /^[ \t\r\n\u00a0\u2007\u202f]+|[ \t\r\n\u00a0\u2007\u202f]+$/g;
  const strip = (text) => text.replace(AT_ENDS, "");
  const fold = (text) => strip(text.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC").replace(BETWEEN, " "));

  function peopleNumber(text) { // 1234.5 → 1.234,5
    const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
    if (!match) return text;
    const whole = match[2].replace(/^0+(?=[0-9])/, "").replace(/\B(?=(?:[0-9]{3})+$)/g, ".");
    return match[1] + whole + (match[3] ? "," + match[3] : "");
  }

  function written(value, blank) {
    if (value === null || value === undefined) return blank;
    if (typeof value === "object" && "n" in value) return peopleNumber(exactText(value));
    if (typeof value === "object" && "day" in value) return value.day.split("-").reverse().join("/");
    return `“${value}”`;
  }

  // --- reading one text: a value, NA, null for a blank, or what is wrong ------------------------------------------

  const NA = { not: "applicable" };
  class Problem { constructor(code, text) { this.code = code; this.text = text; } }

  const GROUPED = "[1-9][0-9]{0,2}";
  const INTEGER = /^-?[0-9]+$/;
  const ONE_MARK = /^(-?[0-9]+)[.,]([0-9]+)$/;
  const ONE_GROUP = new RegExp(`^-?${GROUPED}[.,][0-9]{3}$`);
  const MANY_GROUPS = new RegExp(`^-?${GROUPED}(?:(?:\\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})$`);
  const DOTS_THEN_COMMA = new RegExp(`^(-?${GROUPED}(?:\\.[0-9]{3})+),([0-9]+)$`);
  const COMMAS_THEN_DOT = new RegExp(`^(-?${GROUPED}(?:,[0-9]{3})+)\\.([0-9]+)$`);
  const SPACED = new RegExp(`^(-?${GROUPED}(?:([ \\u00a0\\u202f])[0-9]{3})(?:\\2[0-9]{3})*)(?:[.,]([0-9]+))?$`);
  const unmarked = (text) => text.replace(/[., \u00a0\u202f]/g, "");

  function plainDigits(text, decimals, texts) { // "-?digits[.digits]" in the Vietnamese notation
    if (INTEGER.test(text)) return text;
    if (ONE_GROUP.test(text)) {
      if (text.includes(".") === decimals < 3) return text.replace(/[.]/g, "").replace(",", ".");
      return ambiguous(text, decimals, texts);
    }
    const single = ONE_MARK.exec(text);
    if (single) return `${single[1]}.${single[2]}`;
    if (MANY_GROUPS.test(text)) return unmarked(text);
    const mixed = DOTS_THEN_COMMA.exec(text) || COMMAS_THEN_DOT.exec(text);
    if (mixed) return `${unmarked(mixed[1])}.${mixed[2]}`;
    const spaced = SPACED.exec(text);
    if (spaced) return `${unmarked(spaced[1])}.${spaced[3] || "0"}`;
    return unreadable(text, texts);
  }

  function ambiguous(text, decimals, texts) {
    const whole = text.replace(/[.,]/, ""), part = text.replace(/[.,]/, ",");
    return new Problem("number_ambiguous", texts.number_ambiguous.replace("1234", whole).replace("1,234", part));
  }

  function unreadable(text, texts) {
    let why = "words";
    if (text.includes("%")) why = "percent";
    else if (text.startsWith("(") || text.endsWith("-") || text.startsWith("+")) why = "sign";
    else if (/^-?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+$/.test(text)) why = "exponent";
    else if (/[^\x00-\x7f]/u.test(text) && /[\p{Nd}\p{No}\p{Nl}]/u.test(text.replace(/[\x00-\x7f]/g, ""))) why = "digits";
    return new Problem("number_unreadable", texts[`number_${why}`]);
  }

  const MOST_DIGITS = 18, PRECISION = 19, INT64_MAX = 2n ** 63n - 1n;

  function exactNumber(plain, decimals, column, texts) { // scaled without rounding, within 18 digits and 64 bits
    const negative = plain.startsWith("-");
    const [whole, part = ""] = plain.replace("-", "").split(".");
    const kept = part.slice(0, decimals).padEnd(decimals, "0");
    const digits = (whole + kept).replace(/^0+/, "");
    if (digits.length > PRECISION) return new Problem("number_too_large", texts.number_too_large);
    if (/^9{19}$/.test(digits) && part[decimals] >= "5") return new Problem("number_too_large", texts.number_too_large);
    if (/[1-9]/.test(part.slice(decimals))) return new Problem("too_many_decimals", column.too_fine);
    const scaled = BigInt(digits || "0");
    const fits = digits.replace(/0+$/, "").length <= MOST_DIGITS && scaled <= INT64_MAX;
    if (!fits) return new Problem("number_too_large", texts.number_too_large);
    return fraction(negative ? -scaled : scaled, 10n ** BigInt(decimals));
  }

  function readNumber(text, decimals, column, texts) {
    const trimmed = text.replace(BLANKS_AT_ENDS, "");
    const plain = trimmed.length > 80 ? unreadable(trimmed, texts) : plainDigits(trimmed, decimals, texts);
    return plain instanceof Problem ? plain : exactNumber(plain, decimals, column, texts);
  }

  function outOfBounds(column, value) {
    if ("min" in column && order(value, exact(column.min)) < 0) return new Problem("below_minimum", column.too_small);
    if ("max" in column && order(value, exact(column.max)) > 0) return new Problem("above_maximum", column.too_great);
    return null;
  }

  function readDay(text, texts) {
    const trimmed = text.replace(BLANKS_AT_ENDS, "");
    const iso = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(trimmed);
    const dayFirst = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/.exec(trimmed);
    if (!iso && !dayFirst) return new Problem("date_unreadable", texts.no_date);
    const [year, month, day] = iso ? iso.slice(1).map(Number) : [dayFirst[3], dayFirst[2], dayFirst[1]].map(Number);
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days[month - 1]) return new Problem("date_unreal", texts.no_day);
    if (year < 1900 || year > 2200) return new Problem("date_out_of_range", texts.no_year);
    const two = (number) => String(number).padStart(2, "0");
    return { day: `${year}-${two(month)}-${two(day)}` };
  }

  const filledIn = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  function cleanText(text, longest, texts) {
    for (const letter of text) {
      if (!"\n\t\r".includes(letter) && /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u.test(letter)) return new Problem("text_character", "");
    }
    const cleaned = strip(text.normalize("NFC").replace(/\r\n/g, "\n").replace(/\r/g, "\n"));
    const length = [...cleaned].length;
    if (length > longest) return new Problem("text_too_long", filledIn(texts.too_long, { length, most: longest }));
    return cleaned;
  }

  function readField(column, raw, texts) {
    const text = strip(raw);
    const absent = text.toLowerCase() === "n/a";
    if ("decimals" in column) {
      if (!text || absent) return text ? NA : null;
      const value = readNumber(text, column.decimals, column, texts);
      return value instanceof Problem ? value : outOfBounds(column, value) || value;
    }
    if (column.type === "date") {
      if (!text || absent) return text ? NA : null;
      const midnight = /^([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00(:00(\.0+)?)?$/.exec(text);
      return readDay(midnight ? midnight[1] : text, texts);
    }
    const cleaned = cleanText(raw, column.type === "choice" ? 2000 : column.max_length, texts);
    if (cleaned instanceof Problem) return cleaned;
    if (!cleaned || column.type !== "choice") return cleaned || null;
    if (Object.hasOwn(column.labels, cleaned)) return cleaned;
    if (cleaned.toLowerCase() === "n/a") return NA;
    const known = fold(cleaned);
    return Object.hasOwn(column.choices, known) ? column.choices[known] : new Problem("choice_unknown", column.unknown);
  }

  // --- a report as it stands: values, and addresses that have a finding already ------------------------------------

  class Tainted {
    constructor() { this.cells = new Set(); this.columns = new Set(); this.rows = new Set(); }
    add(form, row, column) {
      this.cells.add(`${form}|${row}|${column}`);
      this.columns.add(`${form}|${column}`);
      this.rows.add(`${form}|${row}`);
    }
    has(form, row, column) { return this.cells.has(`${form}|${row}|${column}`); }
    touches(needed, at) {
      return needed.some(([form, row, column]) => {
        if (row === "*") return this.columns.has(`${form}|${column}`);
        if (column === "*") return this.rows.has(`${form}|${row}`);
        return this.has(form, row === "@" ? at : row, column);
      });
    }
  }

  class Report {
    constructor(program, typed) {
      this.program = program;
      this.said = {};
      this.tainted = new Tainted();
      this.findings = [];
      this.late = []; // totals that are wrong: they count from when all totals are filled
      this.numbers = {};
      for (const [code, form] of Object.entries(program.forms)) {
        if (form.asked && typed[code]) this.readForm(code, form, typed[code]);
      }
    }

    readForm(code, form, typed) {
      const records = (typed.records || []).filter(([, record]) => Object.values(record).some((text) => strip(text)));
      const cells = Object.entries(typed.cells || {}).filter(([, text]) => strip(text));
      if (typed.nil) {
        if (!records.length && !cells.length) this.said[code] = { nil: true, cells: {}, records: [] };
        return;
      }
      const said = { nil: false, cells: {}, records: [] };
      for (const [place, text] of cells) {
        const [row, column] = place.split(".");
        this.keep(said.cells, place, form.columns[column], text, code, row, column);
      }
      this.numbers[code] = [];
      for (const [number, record] of records) {
        const kept = {};
        said.records.push(kept);
        this.numbers[code].push(number);
        for (const [column, text] of Object.entries(record)) {
          this.keep(kept, column, form.columns[column], text, code, String(said.records.length), column);
        }
      }
      if (Object.keys(said.cells).length || said.records.some((kept) => Object.keys(kept).length)) this.said[code] = said;
    }

    keep(box, key, column, text, form, row, code) {
      if (!column) return;
      const value = readField(column, text, this.program.texts);
      if (value instanceof Problem) this.wrong(form, row, code, value);
      else if (value !== null) box[key] = value;
    }

    wrong(form, row, column, problem) {
      this.tainted.add(form, row, column);
      this.findings.push({ stage: "value", severity: "error", form, row, column, code: problem.code, message: problem.text });
    }

    nil(form) { return Boolean(this.said[form] && this.said[form].nil); }
    records(form) { return this.said[form] && !this.said[form].nil ? this.said[form].records : []; }

    raw(form, row, column, at) { // the value as kept, NA included; undefined where there is none
      const place = row === "@" ? at : row;
      if (this.program.forms[form].kind === "list") {
        const record = this.records(form)[Number(place) - 1];
        return record && record[column];
      }
      return this.said[form] && this.said[form].cells[`${place}.${column}`];
    }

    cell(form, row, column, at) { // as rules see it: null where missing or not applicable; 0 in a nil grid
      if (this.nil(form)) {
        const known = this.program.forms[form];
        const open = known.kind === "grid" && !known.blocked.includes(`${row === "@" ? at : row}.${column}`);
        return open && "decimals" in known.columns[column] ? ZERO : null;
      }
      const value = this.raw(form, row, column, at);
      return value === undefined || value === NA ? null : value;
    }

    whole(what, form, row, column) {
      if (column === "#") {
        const count = this.records(form).length;
        return count || this.nil(form) ? { n: BigInt(count), d: 1n } : null;
      }
      if (this.nil(form)) return ZERO;
      const present = this.present(form, row, column);
      if (what === "count") return this.said[form] ? { n: BigInt(present.length), d: 1n } : null;
      if (!present.length) return null;
      if (what === "sum") return present.reduce(plus);
      const sign = what === "max" ? 1 : -1;
      return present.reduce((best, one) => (order(one, best) * sign > 0 ? one : best));
    }

    present(form, row, column) {
      const known = this.program.forms[form];
      const values = [];
      if (known.kind === "list") this.records(form).forEach((record) => values.push(record[column]));
      else {
        for (const line of row === "*" ? Object.keys(known.rows) : [row]) {
          const columns = column === "*" ? Object.keys(known.columns).filter((one) => "decimals" in known.columns[one]) : [column];
          for (const one of columns) values.push(this.said[form] && this.said[form].cells[`${line}.${one}`]);
        }
      }
      return values.filter((value) => value !== undefined && value !== NA);
    }
  }

  // --- trees --------------------------------------------------------------------------------------------------------

  class Asker {
    constructor(report, at, tolerance) { this.report = report; this.at = at; this.tolerance = tolerance; }

    value(tree) { // a number, text or day; null where it is missing
      switch (tree[0]) {
        case "n": return exact(tree[1]);
        case "t": return tree[1];
        case "d": return { day: tree[1] };
        case "-": return null;
        case "g": return this.value(tree[1]);
        case "c": return this.report.cell(tree[1], tree[2], tree[3], this.at);
        case "all": return this.report.whole(tree[1], tree[2], tree[3], tree[4]);
        case "+": return this.sum(tree[1]);
        case "*": return this.product(tree[1]);
        case "round": { const value = this.value(tree[1]); return value === null ? null : rounded(value, tree[2]); }
        case "abs": { const value = this.value(tree[1]); return value === null ? null : absolute(value); }
        case "min": return this.extreme(tree[1], -1);
        case "max": return this.extreme(tree[1], 1);
        case "if": { const truth = this.truth(tree[1]); return truth === null ? null : this.value(tree[truth ? 2 : 3]); }
        default: throw new Error(`no value: ${tree[0]}`);
      }
    }

    sum(terms) { // constants do not count as present
      let total = ZERO, missing = terms.some(([, term]) => term[0] !== "n");
      for (const [sign, term] of terms) {
        const value = this.value(term);
        if (value === null) continue;
        if (term[0] !== "n") missing = false;
        total = sign > 0 ? plus(total, value) : minus(total, value);
      }
      return missing ? null : total;
    }

    product(factors) {
      let total = { n: 1n, d: 1n };
      for (const [sign, factor] of factors) {
        const value = this.value(factor);
        if (value === null || (sign === "/" && value.n === 0n)) return null;
        total = sign === "*" ? times(total, value) : over(total, value);
      }
      return total;
    }

    extreme(trees, sign) {
      const present = trees.map((tree) => this.value(tree)).filter((value) => value !== null);
      return present.length ? present.reduce((best, one) => (order(one, best) * sign > 0 ? one : best)) : null;
    }

    truth(tree) { // true, false, or null where it cannot be decided
      switch (tree[0]) {
        case "cmp": { const [left, right] = this.sides(tree); return left === null || right === null ? null : this.holds(tree, left, right); }
        case "and": case "or": return this.logic(tree[1], tree[0] === "or");
        case "not": { const truth = this.truth(tree[1]); return truth === null ? null : !truth; }
        case "empty": { const value = this.report.cell(tree[1], tree[2], tree[3], this.at); return value === null || value === ""; }
        case "if": { const truth = this.truth(tree[1]); return truth === null ? null : this.truth(tree[truth ? 2 : 3]); }
        case "given": return tree[1];
        case "-": return null;
        default: throw new Error(`no truth: ${tree[0]}`);
      }
    }

    logic(trees, decides) {
      let outcome = !decides;
      for (const tree of trees) {
        const truth = this.truth(tree);
        if (truth === decides) return decides;
        if (truth === null) outcome = null;
      }
      return outcome;
    }

    sides([, , kind, left, right, againstBlank]) { // texts folded
      return [left, right].map((tree) => {
        const value = this.value(tree);
        if (kind !== "text") return value;
        const text = value === null ? null : fold(value);
        return againstBlank ? text || "" : text;
      });
    }

    holds([, operator, kind], left, right) {
      if (kind === "number") return this.within(operator, minus(left, right));
      const [one, other] = kind === "date" ? [left.day, right.day] : [left, right];
      switch (operator) {
        case "=": return one === other;
        case "!=": return one !== other;
        case "<": return one < other;
        case "<=": return one <= other;
        case ">": return one > other;
        default: return one >= other;
      }
    }

    within(operator, off) { // to the reporter's favour
      const slack = this.tolerance;
      switch (operator) {
        case "=": return order(absolute(off), slack) <= 0;
        case "!=": return order(absolute(off), slack) > 0;
        case "<": return order(off, slack) < 0;
        case "<=": return order(off, slack) <= 0;
        case ">": return order(off, negated(slack)) > 0;
        default: return order(off, negated(slack)) >= 0;
      }
    }
  }

  // --- totals, what is missing, rules: as the hub checks ------------------------------------------------------------

  function fillTotals(report) {
    const filled = [];
    for (const total of report.program.totals) {
      const [form, row, column] = total.cell;
      const said = report.said[form];
      if (!said || said.nil) continue;
      const places = row === "@" ? said.records.map((_, index) => String(index + 1)) : [row];
      for (const place of places) {
        const box = row === "@" ? said.records[Number(place) - 1] : said.cells;
        const key = row === "@" ? column : `${row}.${column}`;
        if (box[key] !== undefined) continue;
        const value = totalValue(report, total, place);
        if (value === null) continue;
        if (value === NA) {
          box[key] = NA;
        } else {
          filled.push({ form, row: place, column, total });
          keepTotal(report, total, place, box, key, value);
        }
      }
    }
    return filled;
  }

  function totalValue(report, total, place) {
    const [form, , column] = total.cell;
    if (report.tainted.has(form, place, column)) return null;
    const asker = new Asker(report, place, ZERO);
    for (const formula of total.formulas) {
      if (report.tainted.touches(formula.needed, place)) continue;
      if (formula.when && asker.truth(formula.when) !== true) continue;
      const value = asker.value(formula.tree);
      if (value !== null) return rounded(value, total.decimals);
      if (formula.below.some((tree) => { const below = asker.value(tree); return below !== null && below.n === 0n; })) return NA;
    }
    return null;
  }

  function keepTotal(report, total, place, box, key, value) {
    const [form, , column] = total.cell;
    const scaled = absolute(times(value, fraction(10n ** BigInt(total.decimals), 1n))).n;
    const texts = report.program.texts, known = report.program.forms[form].columns[column];
    if (String(scaled).length > MOST_DIGITS) {
      report.late.push([form, place, column, new Problem("number_too_large", texts.number_too_large)]);
      return;
    }
    box[key] = value;
    const problem = outOfBounds(known, value);
    if (problem) report.late.push([form, place, column, problem]);
  }

  function findMissing(report, filled) {
    for (const [code, form] of Object.entries(report.program.forms)) {
      const said = report.said[code];
      if (!form.asked || !said || said.nil) continue;
      const rows = form.kind === "grid" ? Object.keys(form.rows) : said.records.map((_, index) => String(index + 1));
      for (const row of rows) {
        for (const [column, known] of Object.entries(form.columns)) {
          if (!known.required || form.blocked.includes(`${row}.${column}`)) continue;
          if (report.raw(code, row, column, row) === undefined && isMissing(report, form, code, row, column)) {
            report.findings.push({ stage: "presence", severity: "error", form: code, row, column, code: "cell_missing", message: report.program.texts.missing });
            report.tainted.add(code, row, column);
          }
        }
      }
    }
    for (const { form, row, column, total } of filled) {
      if (total.formulas.some((formula) => report.tainted.touches(formula.needed, row))) report.tainted.add(form, row, column);
    }
  }

  function isMissing(report, form, code, row, column) {
    if (report.tainted.has(code, row, column)) return false;
    const total = totalAt(report.program, code, form.kind === "list" ? "@" : row, column);
    if (!total || !inputIsMissing(report, total, row)) return true;
    report.tainted.add(code, row, column);
    return false;
  }

  function totalAt(program, form, row, column) {
    if (!program.totalByCell) {
      program.totalByCell = new Map(program.totals.map((total) => [total.cell.join("|"), total]));
    }
    return program.totalByCell.get(`${form}|${row}|${column}`);
  }

  function inputIsMissing(report, total, at) {
    return total.formulas.some((formula) => formula.needed.some(([form, row, column]) => {
      if (row === "*" || column === "*") return false;
      const place = row === "@" ? at : row;
      const required = report.program.forms[form].columns[column].required;
      return report.tainted.has(form, place, column) || (required && report.raw(form, place, column, place) === undefined);
    }));
  }

  function places(report, rule) {
    if (rule.scope === "record") return report.records(rule.form).map((_, index) => String(index + 1));
    return rule.scope === "row" ? rule.rows : [""];
  }

  function isNil(report, rule) {
    if (rule.scope !== "once") return report.nil(rule.form);
    return rule.own_forms.length === 1 && report.nil(rule.own_forms[0]);
  }

  function askRule(report, rule) {
    if (isNil(report, rule)) return;
    const tolerance = exact(rule.tolerance);
    for (const place of places(report, rule)) {
      const asker = new Asker(report, place, tolerance);
      const failure = failureAt(asker, rule);
      if (!failure || (rule.when && asker.truth(rule.when) !== true)) continue;
      if (report.tainted.touches(rule.needed, place)) continue;
      const [form, row, column] = rule.subject;
      const at = { form, row: row === "@" ? place : row, column };
      report.findings.push({
        stage: "rule", severity: rule.severity, beta: rule.beta, code: rule.id, ...at,
        message: message(report, rule, asker, at, failure),
      });
    }
  }

  function failureAt(asker, rule) {
    if (rule.test[0] === "cmp") {
      const [found, expected] = asker.sides(rule.test);
      if (found === null || expected === null || asker.holds(rule.test, found, expected)) return null;
      return { found, expected };
    }
    if (asker.truth(rule.test) !== false) return null;
    const [form, row, column] = rule.subject;
    return { found: row === "*" || column === "*" ? null : asker.report.cell(form, row, column, asker.at), expected: null };
  }

  function message(report, rule, asker, at, { found, expected }) {
    const blank = report.program.texts.blank;
    const form = report.program.forms[at.form];
    const shown = {
      found: written(found, blank), expected: written(expected, blank),
      row: /^[0-9]+$/.test(at.row) ? at.row : form.rows[at.row] || blank,
      column: form.columns[at.column] ? form.columns[at.column].label : blank,
    };
    const numbers = found !== null && expected !== null && typeof found === "object" && "n" in found;
    if (numbers) shown.difference = written(minus(found, expected), blank);
    for (const [text, tree] of Object.entries(rule.shown)) shown[text] = shownValue(report, asker, tree, blank);
    let text = rule.message.replace(/\{([^{}]*)\}/g, (_, name) => (Object.hasOwn(shown, name.trim()) ? shown[name.trim()] : blank));
    if (!rule.tells_figures && found !== null && expected !== null) {
      text += filledIn(report.program.texts.compared, shown);
      if (numbers) text += filledIn(report.program.texts.difference, shown);
    }
    return /[.!?]$/.test(text) ? text : `${text}.`;
  }

  function shownValue(report, asker, tree, blank) {
    const value = asker.value(tree);
    if (tree[0] === "c" && typeof value === "string") {
      const column = report.program.forms[tree[1]].columns[tree[3]];
      if (column.labels && Object.hasOwn(column.labels, value)) return column.labels[value];
    }
    return written(value, blank);
  }

  // --- figures far from last period's, as hub/domain/swings.py finds them: program.before holds what it was, by cell --

  const MOST_SWINGS = 25;

  function swingsBetween(swing, before, after) {
    if (order(absolute(minus(after, before)), exact(swing.least)) < 0) return false;
    if ((before.n < 0n && after.n > 0n) || (after.n < 0n && before.n > 0n)) return true;
    const [small, great] = [absolute(before), absolute(after)].sort(order);
    return order(great, times(exact(swing.factor), small)) > 0;
  }

  function movedIn(report, code) { // place → what it was and is, of the cells of a grid that swing
    const { swing, before, forms, texts } = report.program, columns = forms[code].columns, moved = new Map();
    for (const [place, text] of Object.entries(before[code] || {})) {
      const column = columns[place.split(".")[1]], after = report.said[code].cells[place];
      if (!column || !("decimals" in column) || !after || after === NA) continue;
      const was = figure(text, column, texts);
      if (was !== null && swingsBetween(swing, was, after)) moved.set(place, { was, after });
    }
    return moved;
  }

  function partsOf(report, code, place) { // the cells that a total is made of: by its row, its column and its rule
    const [row, column] = place.split("."), known = report.program.forms[code];
    const parts = [...(known.row_parts[row] || []).map((part) => `${part}.${column}`), ...(known.column_parts[column] || []).map((part) => `${row}.${part}`)];
    const total = totalAt(report.program, code, row, column);
    for (const [form, itsRow, itsColumn] of total ? total.formulas.flatMap((formula) => formula.needed) : []) {
      if (form !== code) continue;
      const rows = itsRow === "*" ? Object.keys(known.rows) : [itsRow === "@" ? row : itsRow];
      const columns = itsColumn === "*" ? Object.keys(known.columns) : [itsColumn];
      for (const one of rows) for (const other of columns) if (`${one}.${other}` !== place) parts.push(`${one}.${other}`);
    }
    return parts;
  }

  function findSwings(report) {
    const { swing, before, forms, texts } = report.program, found = [];
    if (!swing || !before) return;
    for (const [code, form] of Object.entries(forms)) {
      if (form.kind !== "grid" || !report.said[code] || report.said[code].nil) continue;
      const moved = movedIn(report, code);
      for (const [place, one] of moved) if (!partsOf(report, code, place).some((part) => moved.has(part))) found.push({ code, place, ...one });
    }
    const share = ({ was, after }) => { const [small, great] = [absolute(was), absolute(after)].sort(order); return small.n ? over(great, small) : null; };
    const farthest = new Set([...found].sort((a, b) => { const [x, y] = [share(a), share(b)]; return x === null || y === null ? (x === null ? 0 : 1) - (y === null ? 0 : 1) : order(y, x); }).slice(0, MOST_SWINGS));
    for (const one of found.filter((each) => farthest.has(each))) report.findings.push(swingFinding(report, one));
    const rest = found.length - farthest.size;
    if (rest > 0) report.findings.push({ stage: "rule", severity: "warning", form: "", row: "", column: "", code: "more_swings", message: filledIn(texts.more_swings, { number: rest }) });
  }

  function swingFinding(report, { code, place, was, after }) {
    const [row, column] = place.split("."), known = report.program.forms[code];
    const where = `${known.rows[row]}, ${known.columns[column].label}`, { decimals } = known.columns[column];
    const message = filledIn(report.program.texts.swing, { where, now: totalText(after, decimals), before: totalText(was, decimals) });
    return { stage: "rule", severity: "warning", beta: false, form: code, row, column, code: "swing", message };
  }

  // typed: {form: {nil: true, cells: {"r01.c01": text}, records: [[number, {c01: text}], …]}}
  // → {findings, totals}: findings as the hub would have them, totals that were left blank and are computed.
  function judge(program, typed) {
    const report = new Report(program, typed);
    const filled = fillTotals(report);
    for (const late of report.late) report.wrong(...late);
    findMissing(report, filled);
    for (const rule of program.rules) askRule(report, rule);
    findSwings(report);
    const totals = filled.map(({ form, row, column, total }) => {
      const value = report.raw(form, row, column, row);
      return { form, row: rowTyped(report, form, row), column, text: value ? totalText(value, total.decimals) : "" };
    });
    const findings = report.findings.map((finding) => ({ ...finding, row_typed: rowTyped(report, finding.form, finding.row) }));
    return { findings, totals };
  }

  function rowTyped(report, form, row) { // the record's number as it was typed, blank lines counted
    return report.numbers[form] && /^[0-9]+$/.test(row) && report.program.forms[form].kind === "list"
      ? String(report.numbers[form][Number(row) - 1]) : row;
  }

  function totalText(value, decimals) {
    const [whole, part = ""] = exactText(value).split(".");
    return peopleNumber(decimals ? `${whole}.${part.padEnd(decimals, "0")}` : whole);
  }

  function readText(text, column, texts) { // for tests: {value} as exact text, {code} of what is wrong, or {}
    const value = readField(column, text, texts);
    if (value instanceof Problem) return { code: value.code, message: value.text };
    if (value === null) return {};
    return { value: value === NA ? "N/A" : value.day || (typeof value === "string" ? value : exactText(value)) };
  }

  // --- numbers for people -------------------------------------------------------------------------------------------

  function grouped(text, column, texts) { // "1234,5" → "1.234,5"; what has no one meaning stays as it was typed
    if (!("decimals" in column)) return text;
    const value = readField(column, text, texts);
    if (value === null || value === NA || value instanceof Problem) return text;
    const full = totalText(value, column.decimals);
    for (const shown of strip(text) === full ? [full] : [peopleNumber(exactText(value)), full]) {
      const again = readField(column, shown, texts);
      if (again !== null && "n" in again && !order(again, value)) return shown;
    }
    return text;
  }

  function figure(text, column, texts) { // the fraction that a text means, or null
    if (!text || !("decimals" in column)) return null;
    const value = readNumber(strip(text), column.decimals, column, texts);
    return value instanceof Problem ? null : value;
  }

  function signed(value, places) { // +1.234,5
    const text = peopleNumber(exactText(rounded(absolute(value), places)));
    return (value.n < 0n ? "-" : "+") + text;
  }

  // How a figure moved since last period: {difference: "+120", percent: "+12,5"}, no percent from a zero; null where
  // there is nothing to compare.
  function change(before, now, column, texts) {
    const [was, is] = [figure(before, column, texts), figure(now, column, texts)];
    if (was === null || is === null) return null;
    const off = minus(is, was);
    if (!off.n) return { difference: "0", percent: "" };
    const percent = was.n ? signed(over(times(off, { n: 100n, d: 1n }), absolute(was)), 1) : "";
    return { difference: signed(off, column.decimals), percent };
  }

  function total(pairs, texts) { // of [text, column] pairs: {count, text}; texts that are no figures are left out
    const values = pairs.map(([text, column]) => figure(text, column, texts)).filter((value) => value !== null);
    return { count: values.length, text: values.length ? peopleNumber(exactText(values.reduce(plus))) : "" };
  }

  self.HubRules = { judge, readText, grouped, change, total, fold };
})();
