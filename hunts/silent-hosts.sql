-- title: Hosts that fell silent
-- question: Which hosts of ours spoke on several days before, and not at all since?
-- requirement: C5, L4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param days number = 3: on at least so many days before
SELECT src AS host, count(DISTINCT time::DATE) AS days, count(*) AS events, max(time) AS last
FROM events
WHERE is_own(src_key) AND kind IN ('contact', 'dns', 'http', 'tls', 'process') AND time >= $baseline AND time < $to
GROUP BY src
HAVING max(time) < $from AND count(DISTINCT time::DATE) >= $days
ORDER BY days DESC, last, host
