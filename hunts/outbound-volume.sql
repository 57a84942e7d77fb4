-- title: Outbound volume against a host's own baseline
-- question: Which hosts of ours sent much more to the outside than on their days before?
-- requirement: Q4, E4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param times number = 3: so many times its usual largest day
-- param bytes number = 1000000: at least so many bytes
-- note: Days are those of UTC; the window's bytes are scaled to a day. A host without earlier days is listed as such: its `usual` is null.
WITH sent AS (
  SELECT host, bucket, sum(bytes) AS bytes, arg_max(peer, bytes) AS largest_peer
  FROM (
    SELECT CASE WHEN is_own(src_key) THEN src ELSE dst END AS host,
      CASE WHEN is_own(src_key) THEN dst ELSE src END AS peer,
      CASE WHEN time >= $from THEN NULL ELSE time::DATE END AS bucket,
      sum(CASE WHEN is_own(src_key) THEN bytes_out ELSE bytes_in END) AS bytes
    FROM events
    WHERE is_own(src_key) <> is_own(dst_key) AND time >= $baseline AND time < $to
    GROUP BY ALL
  )
  GROUP BY host, bucket
),
usual AS (
  SELECT host, count(*) AS days, max(bytes) AS most, median(bytes) AS middle
  FROM sent
  WHERE bucket IS NOT NULL
  GROUP BY host
)
SELECT host, now.bytes AS sent, largest_peer, middle AS usual, most AS largest_day, coalesce(days, 0) AS days,
  round(now.bytes / nullif(most, 0), 1) AS ratio
FROM sent AS now
LEFT JOIN usual USING (host)
WHERE now.bucket IS NULL AND now.bytes >= $bytes
  AND now.bytes > $times * coalesce(most, 0) * greatest(1, epoch($to - $from) / 86400)
ORDER BY now.bytes DESC, host
