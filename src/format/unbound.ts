import { ascii, find, readPort, startsWith } from '../base/ascii.ts'
import { readSeconds } from '../base/ascii-time.ts'
import type { EventBatch } from '../event/batch.ts'
import { outcomeOfRcode } from '../event/dns.ts'
import { addQuery, openDns } from '../event/dns-row.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const space = 32
const openBracket = 91
const closeBracket = 93
const at = 64
/** What stands before the client. With log-tag-queryreply it says which of both a line is. */
const tags = ['info: ', 'query: ', 'reply: '].map(ascii)
const unbound = ascii('unbound')
/** Between its brackets stand the process and the thread, behind them the severity. */
const thread = ascii(':')
const types = ascii('0123456789')
/** The classes that are asked for; unbound writes others as CLASS5. */
const classes = ['IN', 'CH', 'HS', 'ANY'].map(ascii)
const longestHeader = 320
const withDestination = ascii('on')

/** The words of a line: client, name, type, class; and of a reply rcode, seconds, from the cache, bytes. */
const mostWords = 12
const from = new Int32Array(mostWords)
const to = new Int32Array(mostWords)
