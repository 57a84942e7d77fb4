import { Mark, Outcome } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'

/** A connection's packets within so many microseconds of the clock become one row, as flow exporters do with long flows. */
const piece = 60e6

const { syn, ack, rst } = Flag
const isSyn = `flags & ${syn | ack} = ${syn}`
const isSynAck = `flags & ${syn | ack} = ${syn | ack}`
const icmp = `protocol IN (${Protocol.icmp}, ${Protocol.icmp6})`
/** Requests and replies of ICMP belong together. */
const icmpClass = `CASE icmp_type WHEN 0 THEN 8 WHEN 14 THEN 13 WHEN 18 THEN 17 WHEN 129 THEN 128 WHEN 136 THEN 135 ELSE icmp_type END`

/**
 * SQL that makes rows of `packets` (as `staged.ts` unpacks them) into rows of conversations with the same columns: both directions of a
 * connection, seen by one sensor in one minute. Each keeps the first record's place, and how many it stands for.
 *
 * Who began is told by the SYN, else by the port below 1024, else by the first packet. Packets of one direction only stay as they
 * are: answers that nothing asked for are not turned round. No answer is told as `unanswered` only where the sensor shows answers to
 * anything in the same run of rows: else it may see one direction only.
 */
export const conversations = `
  sided AS (
    SELECT *, src_key < dst_key OR (src_key = dst_key AND (coalesce(src6, '') < coalesce(dst6, '')
        OR (coalesce(src6, '') = coalesce(dst6, '') AND (${icmp} OR src_port <= dst_port)))) AS ahead
    FROM packets
  ),
  gathered AS (
    SELECT min(row) AS row, sum(records) AS records, min(time) AS time, max(time) AS last,
      count(*) FILTER (ahead) AS ahead_rows, count(*) FILTER (NOT ahead) AS back_rows,
      sum(packets_out) FILTER (ahead) AS ahead_packets, sum(packets_out) FILTER (NOT ahead) AS back_packets,
      sum(bytes_out) FILTER (ahead) AS ahead_bytes, sum(bytes_out) FILTER (NOT ahead) AS back_bytes,
      coalesce(bit_or(flags) FILTER (ahead), 0) AS ahead_flags, coalesce(bit_or(flags) FILTER (NOT ahead), 0) AS back_flags,
      coalesce(bit_or(marks) FILTER (ahead), 0) AS ahead_marks, coalesce(bit_or(marks) FILTER (NOT ahead), 0) AS back_marks,
      coalesce(bool_or(${isSyn}) FILTER (ahead), false) AS ahead_syn,
      coalesce(bool_or(${isSyn}) FILTER (NOT ahead), false) AS back_syn,
      coalesce(bool_or(${isSynAck}) FILTER (ahead), false) AS ahead_syn_ack,
      coalesce(bool_or(${isSynAck}) FILTER (NOT ahead), false) AS back_syn_ack
    FROM sided
    GROUP BY sensor, protocol, floor(time / ${piece}), marks & ${Mark.tunnelled},
      least(src_key, dst_key), greatest(src_key, dst_key),
      CASE WHEN ahead THEN src6 ELSE dst6 END, CASE WHEN ahead THEN dst6 ELSE src6 END,
      CASE WHEN ${icmp} THEN greatest(src_port, dst_port) WHEN ahead THEN src_port ELSE dst_port END,
      CASE WHEN ${icmp} THEN 0 WHEN ahead THEN dst_port ELSE src_port END,
      CASE WHEN ${icmp} THEN ${icmpClass} ELSE 0 END
  ),
  begun AS (
    SELECT g.*, f.* EXCLUDE (row, records, time, packets_out, packets_in, bytes_out, bytes_in, flags, reply_flags, marks),
      g.back_rows > 0 AND g.ahead_rows > 0 AS two_way,
      f.ahead = CASE
        WHEN back_rows = 0 THEN true
        WHEN ahead_rows = 0 THEN false
        WHEN ahead_syn <> back_syn THEN ahead_syn
        WHEN ahead_syn_ack <> back_syn_ack THEN back_syn_ack
        WHEN NOT (${icmp}) AND least(src_port, dst_port) < 1024 AND src_port <> dst_port THEN f.ahead = (src_port > dst_port)
        WHEN outcome = ${Outcome.response} THEN NOT f.ahead
        ELSE f.ahead
      END AS same_way
    FROM gathered g JOIN sided f ON f.row = g.row
  ),
  turned AS (
    SELECT *, ahead = same_way AS out_ahead,
      CASE WHEN ahead = same_way THEN ahead_flags ELSE back_flags END AS out_flags,
      CASE WHEN ahead = same_way THEN back_flags ELSE ahead_flags END AS in_flags,
      CASE WHEN ahead = same_way THEN ahead_syn ELSE back_syn END AS out_syn,
      CASE WHEN ahead = same_way THEN back_syn_ack ELSE ahead_syn_ack END AS in_syn_ack,
      bool_or(two_way) OVER (PARTITION BY sensor) AS sees_answers
    FROM begun
  ),
  conversations AS (
    SELECT row, time, kind, subject,
      CASE
        WHEN NOT two_way AND outcome = ${Outcome.response} THEN ${Outcome.response}
        WHEN NOT two_way AND NOT sees_answers THEN ${Outcome.unknown}
        WHEN protocol = ${Protocol.tcp} THEN CASE
          WHEN in_syn_ack THEN ${Outcome.established}
          WHEN NOT two_way THEN CASE WHEN out_flags & ${ack} = 0 THEN ${Outcome.unanswered} ELSE ${Outcome.unknown} END
          WHEN in_flags & ${rst} > 0 AND in_flags & ${Flag.psh | Flag.fin} = 0 AND out_flags & ${Flag.psh} = 0 THEN ${Outcome.refused}
          WHEN NOT out_syn AND out_flags & in_flags & ${ack} > 0 THEN ${Outcome.established}
          ELSE ${Outcome.unknown} END
        WHEN protocol = ${Protocol.arp} THEN ${Outcome.unknown}
        WHEN two_way THEN ${Outcome.established}
        ELSE ${Outcome.unanswered}
      END AS outcome,
      action, severity, protocol, format,
      CASE WHEN same_way THEN src_key ELSE dst_key END AS src_key, CASE WHEN same_way THEN dst_key ELSE src_key END AS dst_key,
      CASE WHEN same_way THEN src6 ELSE dst6 END AS src6, CASE WHEN same_way THEN dst6 ELSE src6 END AS dst6,
      CASE WHEN same_way THEN src4 ELSE dst4 END AS src4, CASE WHEN same_way THEN dst4 ELSE src4 END AS dst4,
      CASE WHEN same_way OR (${icmp}) THEN src_port ELSE dst_port END AS src_port,
      CASE WHEN same_way OR (${icmp}) THEN dst_port ELSE src_port END AS dst_port,
      CASE WHEN same_way THEN icmp_type ELSE ${icmpClass} END AS icmp_type, icmp_code, out_flags AS flags, in_flags AS reply_flags,
      ((ahead_marks | back_marks) & ~${Mark.data})
        | CASE WHEN (CASE WHEN out_ahead THEN ahead_marks ELSE back_marks END) & ${Mark.data} > 0 THEN ${Mark.data} ELSE 0 END
        | CASE WHEN (CASE WHEN out_ahead THEN back_marks ELSE ahead_marks END) & ${Mark.data} > 0 THEN ${Mark.replyData} ELSE 0 END
        | CASE WHEN two_way AND protocol = ${Protocol.tcp} AND NOT ahead_syn AND NOT back_syn THEN ${Mark.midstream} ELSE 0 END AS marks,
      CASE WHEN same_way THEN ttl END AS ttl,
      coalesce(CASE WHEN out_ahead THEN ahead_packets ELSE back_packets END, 0) AS packets_out,
      coalesce(CASE WHEN out_ahead THEN back_packets ELSE ahead_packets END, 0) AS packets_in,
      coalesce(CASE WHEN out_ahead THEN ahead_bytes ELSE back_bytes END, 0) AS bytes_out,
      coalesce(CASE WHEN out_ahead THEN back_bytes ELSE ahead_bytes END, 0) AS bytes_in,
      last - time AS duration, rule, device, sampling, sensor, records, record_offset, record_length
    FROM turned
  )`
