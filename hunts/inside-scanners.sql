-- title: Hosts that started to scan inside
-- question: Which hosts of ours asked for many others of ours within an hour, mostly in vain, as they never did before?
-- requirement: Q4, E4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param targets number = 15: at least so many addresses, or ports of one address, within an hour
-- param failing number = 0.6: at least this share of the contacts failed
WITH hourly AS (
  SELECT src, date_trunc('hour', time) AS hour,
    count(DISTINCT dst) AS targets, count(DISTINCT dst_port) AS ports, count(*) AS contacts,
    count(*) FILTER (outcome IN ('refused', 'unanswered', 'blocked')) AS failed,
    count(*) FILTER (outcome = 'established') AS answered, min(time) AS first, max(time) AS last
  FROM contacts
  WHERE is_own(src_key) AND is_own(dst_key) AND protocol IN ('tcp', 'udp', 'icmp', 'icmp6') AND kind = 'contact'
    AND time >= $baseline AND time < $to
  GROUP BY ALL
),
before AS (
  SELECT src, max(greatest(targets, ports)) AS usual
  FROM hourly
  WHERE hour < date_trunc('hour', $from)
  GROUP BY src
)
SELECT src AS host, hour, targets, ports, contacts, failed, answered, coalesce(usual, 0) AS most_before, first, last
FROM hourly
LEFT JOIN before USING (src)
WHERE hour >= date_trunc('hour', $from) AND greatest(targets, ports) >= $targets AND failed >= $failing * contacts
  AND greatest(targets, ports) > 2 * coalesce(usual, 0)
ORDER BY hour, targets DESC, host
