-- title: Logins after failures
-- question: Where did a login succeed after the same source had failed several times on the same machine?
-- requirement: E3, E4
-- param failures number = 5: at least so many failures before
-- param hours number = 24: within so many hours
-- note: A machine is told by its address, or by the name that its log gives.
WITH logins AS (
  SELECT time, src, coalesce(dst, host, device) AS machine, account, outcome, reason, source, record_offset, record_length
  FROM events
  WHERE kind = 'auth' AND src IS NOT NULL AND outcome IN ('established', 'refused') AND time >= $from AND time < $to
),
counted AS (
  SELECT *,
    count(*) FILTER (outcome = 'refused') OVER before AS failures,
    min(time) FILTER (outcome = 'refused') OVER before AS first_failure,
    count(*) FILTER (outcome = 'established') OVER before AS successes
  FROM logins
  WINDOW before AS (PARTITION BY src, machine ORDER BY time
    RANGE BETWEEN to_hours($hours::INTEGER) PRECEDING AND CURRENT ROW)
)
SELECT src, machine, account, failures, first_failure, time AS login, source, record_offset, record_length
FROM counted
WHERE outcome = 'established' AND failures >= $failures
ORDER BY time, src, machine
