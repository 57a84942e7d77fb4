import type { TestEvent } from 'node:test/reporters'
import { spec } from 'node:test/reporters'

/**
 * The spec reporter, with two lines more at the end: which tests were skipped, and `N passed, N failed`. Under CI=true a
 * skipped test counts as failed: there, everything a test needs must be present.
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const screen = new spec()
  const skipped: string[] = []
  let passed = 0
  let failed = 0
  for await (const event of source) {
    screen.write(event)
    yield* drain(screen)
    if (event.type === 'test:pass' && (event.data.skip || event.data.todo)) skipped.push(event.data.name)
    if (event.type === 'test:summary' && event.data.file === undefined) {
      passed = event.data.counts.passed
      failed = event.data.counts.tests - passed - event.data.counts.skipped - event.data.counts.todo
    }
  }
  screen.end()
  yield* drain(screen)
  const { CI } = process.env
  const strict = CI === 'true'
  if (skipped.length > 0) {
    yield `\n${skipped.length} skipped${strict ? ', which counts as failed in CI' : ''}: ${skipped.join('; ')}\n`
    if (strict) process.exitCode = 1
  }
  yield `${passed} passed, ${failed + (strict ? skipped.length : 0)} failed\n`
}

function* drain(screen: InstanceType<typeof spec>): Generator<string> {
  for (let text: unknown = screen.read(); text !== null; text = screen.read()) yield String(text)
}
