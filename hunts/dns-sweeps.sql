-- title: Sweeps through the name service
-- question: Who asked the name service for the names of many addresses, for whole zones, or for many names that do not exist?
-- requirement: L5, D3
-- param names number = 20: at least so many different names
SELECT src,
  count(DISTINCT query) FILTER (query_type = 'PTR' OR query LIKE '%.arpa') AS addresses_asked,
  count(*) FILTER (query_type IN ('AXFR', 'IXFR')) AS zone_transfers,
  count(DISTINCT query) FILTER (rcode = 'NXDOMAIN') AS names_that_are_not,
  count(DISTINCT query) AS names, count(*) AS queries, min(query) AS a_name, min(time) AS first, max(time) AS last
FROM events
WHERE kind = 'dns' AND src IS NOT NULL AND time >= $from AND time < $to
GROUP BY src
HAVING zone_transfers > 0 OR addresses_asked >= $names OR names_that_are_not >= $names
ORDER BY zone_transfers DESC, addresses_asked DESC, names_that_are_not DESC, src
