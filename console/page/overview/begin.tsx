import { Alert, Anchor, List, Text } from '@mantine/core'
import { Link } from 'wouter'

/** What to do first, where there is no case yet. */
export function Begin() {
  return (
    <Alert color="blue" title="There is no case yet">
      <Text size="sm">Two ways to begin:</Text>
      <List size="sm" mt="xs">
        <List.Item>
          Send a capture or a log under{' '}
          <Anchor component={Link} href="/jobs" size="sm" underline="always">
            Uploads and jobs
          </Anchor>
          : what it holds becomes cases.
        </List.Item>
        <List.Item>
          Name what is to be followed under <code>sources:</code> in the configuration, and start the service again;
          what each delivers is then told under{' '}
          <Anchor component={Link} href="/sensors" size="sm" underline="always">
            Sensors
          </Anchor>
          .
        </List.Item>
      </List>
    </Alert>
  )
}
