import { PageFrame } from '../../part/page-frame.tsx'

export default function Overview() {
  return <PageFrame title="Overview">{null}</PageFrame>
}
