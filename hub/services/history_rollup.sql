-- The roll-up of the history, for every engine alike: sums, counts, joins, groups, order; whole numbers only.
--
-- The engine puts in place, as tables or views: figures (one line a cell of a report), steps, places, homes and cells
-- (see hub/services/history_dictionaries.py), each already narrowed to what is asked for.

WITH counted AS (
  -- Each unit right below the nation in each campaign. A nil form counts as zero; not applicable does not count.
  SELECT
    f.regime,
    f.edition,
    f.period,
    f.unit,
    f.cell,
    SUM(CASE WHEN f.presence IN (1, 3) THEN CAST(f.value AS DECIMAL(19, 0)) END) AS total,
    MAX(CASE WHEN f.presence = 1 THEN CAST(f.value AS DECIMAL(19, 0)) END) AS largest,
    COUNT(CASE WHEN f.presence IN (1, 3) THEN 1 END) AS contributors
  FROM figures f
  GROUP BY f.regime, f.edition, f.period, f.unit, f.cell
),
housed AS (
  -- The same under the units asked for and the nation, once for each period that the campaign is a part of, each cell
  -- where it stands in that period's edition. The largest of a unit that has nothing to report is zero for whoever takes
  -- it over; the nation asks every report itself.
  SELECT
    h.home,
    s.regime,
    s.edition,
    s.period,
    s.is_own,
    s.part_period,
    s.is_first,
    s.is_last,
    p.cell,
    SUM(CAST(c.total * p.times AS DECIMAL(38, 0))) AS total,
    MAX(CAST(CASE WHEN c.largest IS NULL AND c.contributors > 0 AND h.home <> 'VN' THEN 0 ELSE c.largest END * p.times AS DECIMAL(38, 0))) AS largest,
    SUM(c.contributors) AS contributors,
    MIN(h.is_exact) AS is_exact
  FROM counted c
  JOIN steps s ON s.regime = c.regime AND s.part_edition = c.edition AND s.part_period = c.period
  JOIN places p ON p.mapping = s.mapping AND p.part_edition = s.part_edition AND p.part_cell = c.cell
  JOIN homes h ON h.homing = s.homing AND h.unit = c.unit
  GROUP BY h.home, s.regime, s.edition, s.period, s.is_own, s.part_period, s.is_first, s.is_last, p.cell
),
shaped AS (
  -- Each figure by its own kind: what several units make of it. Ratios are made from their sums afterwards.
  SELECT
    u.home,
    u.regime,
    u.edition,
    u.period,
    u.is_own,
    u.is_first,
    u.is_last,
    u.cell,
    k.over_time,
    CASE
      WHEN u.contributors = 0 THEN NULL
      WHEN k.kind = 'ratio' THEN NULL
      WHEN k.kind = 'max' THEN COALESCE(u.largest, 0)
      ELSE u.total
    END AS value,
    u.contributors,
    u.is_exact
  FROM housed u
  JOIN cells k ON k.regime = u.regime AND k.edition = u.edition AND k.cell = u.cell
  WHERE k.kind IN ('sum', 'last', 'max', 'ratio')
)
SELECT
  home,
  regime,
  edition,
  period,
  cell,
  MAX(is_own) AS is_own,
  SUM(CASE WHEN is_own = 1 OR over_time = 'sum' OR (over_time = 'first' AND is_first = 1) OR (over_time = 'last' AND is_last = 1) THEN value END) AS total,
  MAX(CASE WHEN over_time = 'max' THEN value END) AS largest,
  SUM(CASE WHEN is_own = 1 OR over_time IN ('sum', 'max') OR (over_time = 'first' AND is_first = 1) OR (over_time = 'last' AND is_last = 1) THEN contributors ELSE 0 END) AS contributors,
  MIN(is_exact) AS is_exact
FROM shaped
WHERE is_own = 1 OR over_time IN ('sum', 'first', 'last', 'max', 'recompute')
GROUP BY home, regime, edition, period, cell
ORDER BY home, regime, edition, period, cell
