import { useCallback, useEffect, useRef, useState } from 'react'
import type { HuntAnswer } from '../../../src/server/contract.ts'
import { saveFile, send } from '../../app/api.ts'
import { askOf, type Question } from './question.ts'

const mostExported = 100_000

/** One question at a time: what became of it, and how to end it. */
export interface Asking {
  readonly state: 'idle' | 'running' | 'cancelled' | 'answered' | 'failed'
  readonly answer: HuntAnswer | undefined
  readonly error: unknown
  /** What the answer answers. */
  readonly asked: Question | undefined
  readonly run: (question: Question) => void
  readonly cancel: () => void
  readonly forget: () => void
  readonly save: (question: Question, form: 'csv' | 'jsonl') => void
}

type Outcome = Pick<Asking, 'state' | 'answer' | 'error' | 'asked'>

const idle: Outcome = { state: 'idle', answer: undefined, error: undefined, asked: undefined }

export function useAsking(): Asking {
  const [outcome, setOutcome] = useState<Outcome>(idle)
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const begin = useCallback(async (act: (signal: AbortSignal) => Promise<Partial<Outcome>>) => {
    stop.current?.abort()
    const mine = new AbortController()
    stop.current = mine
    setOutcome((before) => ({ ...before, state: 'running', error: undefined }))
    try {
      const done = await act(mine.signal)
      if (stop.current === mine) setOutcome((before) => ({ ...before, state: 'answered', ...done }))
    } catch (error) {
      if (stop.current !== mine) return
      const isMine = mine.signal.aborted
      setOutcome((before) => ({ ...before, state: isMine ? 'cancelled' : 'failed', error: isMine ? undefined : error }))
    }
  }, [])

  const run = useCallback(
    (question: Question) => {
      const { path, body } = askOf(question, 'json')
      void begin(async (signal) => ({ answer: await send<HuntAnswer>('POST', path, body, signal), asked: question }))
    },
    [begin],
  )
  const save = useCallback(
    (question: Question, form: 'csv' | 'jsonl') => {
      const { path, body } = askOf(question, form, mostExported)
      void begin(async (signal) => {
        await saveFile(path, body, `${question.hunt || 'query'}.${form}`, signal)
        return {}
      })
    },
    [begin],
  )
  const cancel = useCallback(() => stop.current?.abort(), [])
  const forget = useCallback(() => {
    stop.current?.abort()
    stop.current = undefined
    setOutcome(idle)
  }, [])
  return { ...outcome, run, save, cancel, forget }
}
