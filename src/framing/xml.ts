import { SaxesParser } from 'saxes'
import type { Reader, Tally } from '../format/format.ts'

/** What one element, start tag or text may take; what is larger is no report, and the rest of the input is not read. */
const longestToken = 16 << 20
const deepest = 64
const mostAttributes = 256
const mostErrors = 100
/** Of an element's own text so much is kept. */
const longestText = 1 << 16
const piece = 1 << 16
const lessThan = 60

/** An element that is open, or has just been closed. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly parent: XmlElement | undefined
  /** Input offset of its `<`. */
  readonly offset: number
  /** Its own text so far, without that of elements inside it; at most 64 Ki characters. */
  text: string
}

/** What a format does with the elements of its documents. */
export interface XmlHandler {
  /** The start tag was read; `end` is the input offset behind it. */
  open(element: XmlElement, end: number): void
  /** The end tag was read; `end` is the input offset behind it. */
  close(element: XmlElement, end: number): void
  /** Nothing more comes, be the document whole or not. */
  finish?(): void
}

/** Thrown out of the parser to leave it; never leaves this file. */
class Refused extends Error {}

/**
 * Reads one XML document as it comes, in memory of fixed size. Nothing is ever fetched or expanded: a document type
 * that declares entities is refused, as is nesting beyond 64 and a tag or text beyond 16 MiB. What is not well-formed
 * is counted as malformed, at most a hundred times.
 */
export class XmlReader implements Reader {
  readonly #tally: Tally
  readonly #handler: XmlHandler
  /** Bytes are handed over as characters of their own, so that the parser's positions are offsets in the input. */
  readonly #parser = new SaxesParser({ position: false, defaultXMLVersion: '1.0', forceXMLVersion: true })
  #element: XmlElement | undefined
  #depth = 0
  #attributes = 0
  #errors = 0
  /** Where the last whole token ended, the tag that is being read began, and the parser's first byte stands. */
  #whole = 0
  #start = 0
  #origin = 0
  #isBegun = false
  #isOver = false
  #isClosing = false
  #bytes: Uint8Array = new Uint8Array(0)
  #base = 0

  constructor(tally: Tally, handler: XmlHandler) {
    this.#tally = tally
    this.#handler = handler
    const parser = this.#parser
    parser.on('error', (error) => this.#damage(error.message))
    parser.on('doctype', (doctype) => this.#doctype(doctype))
    parser.on('opentagstart', (tag) => this.#tagStart(tag.name))
    parser.on('attribute', () => {
      if (++this.#attributes > mostAttributes) this.#refuse('a tag with more than 256 attributes')
    })
    parser.on('opentag', (tag) => this.#open(tag.name, tag.attributes as Record<string, string>))
    parser.on('closetag', () => this.#close())
    parser.on('text', (text) => this.#text(text))
    parser.on('cdata', (text) => this.#text(text))
    parser.on('comment', () => this.#done())
    parser.on('processinginstruction', () => this.#done())
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    if (this.#isOver) return to
    try {
      this.#bytes = bytes
      this.#base = base
      const from = this.#isBegun ? 0 : this.#begin(bytes, to, base)
      for (let at = from; at < to; at += piece) this.#write(bytes, at, Math.min(to, at + piece))
      if (last) {
        this.#isClosing = true
        this.#isOver = true
        this.#parser.close()
        this.#handler.finish?.()
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#handler.finish?.()
    }
    return to
  }

  /** Past a byte order mark; the parser takes it for text. */
  #begin(bytes: Uint8Array, to: number, base: number): number {
    this.#isBegun = true
    const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    if (isWide) this.#refuse('UTF-16 is not read')
    const from = to >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    this.#origin = base + from
    return from
  }

  #write(bytes: Uint8Array, from: number, to: number): void {
    this.#parser.write(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'))
    if (this.#parser.position - this.#whole > longestToken) this.#refuse('a tag or text longer than 16 MiB')
  }

  #refuse(reason: string): never {
    this.#tally.damage(this.#origin + this.#parser.position, reason)
    this.#isOver = true
    throw new Refused()
  }

  #damage(message: string): void {
    // At the end each element that is still open is an error of its own; one says it.
    if (this.#isClosing && this.#errors++ > 0) return
    const reason = this.#isClosing ? 'the document ends too early' : message.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)
    this.#tally.damage(this.#origin + this.#parser.position, reason)
    if (!this.#isClosing && ++this.#errors === mostErrors) this.#refuse('too much is not well-formed')
  }

  #doctype(doctype: string): void {
    if (/<!ENTITY/i.test(doctype)) this.#refuse('a document type that declares entities')
    this.#done()
  }

  #done(): void {
    this.#whole = this.#parser.position
  }

  #tagStart(name: string): void {
    this.#attributes = 0
    let start = this.#parser.position - name.length - 2
    // The line end behind a tag's name is one character to the parser and may be two bytes.
    if (this.#bytes[this.#origin + start - this.#base] !== lessThan && this.#at(start - 1) === lessThan) start--
    this.#start = this.#origin + start
  }

  #at(position: number): number | undefined {
    return this.#bytes[this.#origin + position - this.#base]
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#done()
    if (++this.#depth > deepest) this.#refuse(`elements nested deeper than ${deepest}`)
    for (const key in attributes) attributes[key] = decodeText(attributes[key]!)
    this.#element = { name, attributes, parent: this.#element, offset: this.#start, text: '' }
    this.#handler.open(this.#element, this.#origin + this.#parser.position)
  }

  #close(): void {
    this.#done()
    const element = this.#element
    if (element === undefined || this.#isClosing) return
    this.#depth--
    this.#element = element.parent
    element.text = decodeText(element.text)
    this.#handler.close(element, this.#origin + this.#parser.position)
  }

  #text(text: string): void {
    this.#done()
    const element = this.#element
    if (element === undefined || element.text.length >= longestText) return
    element.text += text.slice(0, longestText - element.text.length)
  }
}

/** A character of several bytes in UTF-8 (RFC 3629, section 4). */
const multiByte = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g

/** Makes text of what the parser was given as bytes: UTF-8 where it is that, else Latin-1. */
function decodeText(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text
  // References (`&#x20ac;`) stand among the bytes as the characters they are.
  return text.replace(multiByte, (bytes) => {
    const decoded = Buffer.from(bytes, 'latin1').toString()
    return decoded.includes('\ufffd') ? bytes : decoded
  })
}

/** What stands before the first element: white space, comments, instructions, a document type. */
const prolog = /(?:\s+|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<![A-Za-z][^[>]*(?:\[[\s\S]*?\]\s*)?>)*/y
const startTag = /<([\w:.-]+)([\s\S]*)/y

/** The first element of an input that begins as an XML document: its name, and the text behind that. */
export function xmlRoot(head: Uint8Array): { readonly name: string; readonly text: string } | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  prolog.lastIndex = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  prolog.test(text)
  startTag.lastIndex = prolog.lastIndex
  const found = startTag.exec(text)
  return found ? { name: found[1]!, text: found[2]! } : undefined
}
