import type { FaceReason, Guidance, Progress } from '../contracts/face-verifier.js';
import type { CapturePlan, CaptureState, FrameReport, Hints } from './capture.js';
import { GATE } from './quality.js';

type Advice = readonly [guidance: Guidance, parameters?: Readonly<Record<string, number>>];

/** A face must be about so high, in parts of the picture, to be measured. */
const WANTED_SHARE = 0.3;

/** What stands in the way of a good frame, as something the customer can do; nothing when no other advice is better than to look. */
const ADVICE: Readonly<Partial<Record<FaceReason, (hints: Hints) => Advice>>> = {
  'face.too-far': ({ share }) => ['come-closer', { share, wanted: WANTED_SHARE }],
  'face.too-dark': ({ luma }) => ['more-light', { luma, wanted: GATE.darkest }],
  'face.too-bright': ({ luma }) => ['less-light', { luma, wanted: GATE.brightest }],
  'face.cropped': towardsMiddle,
  'face.blurred': () => ['hold-still'],
  'face.eyes-closed': () => ['open-eyes'],
};

/** During a turn, a nod or a blink these are what was asked for. */
const PART_OF_A_STEP: ReadonlySet<FaceReason> = new Set(['face.turned-away', 'face.blurred', 'face.eyes-closed']);

/** What the customer should do now, after a frame. */
export function guidance(state: CaptureState, plan: CapturePlan, report: FrameReport): Progress {
  const [what, parameters] = advice(state, plan, report);
  const step = state.phase === 'asking' ? plan.steps[state.passed] : undefined;
  const of = plan.steps.length;
  const place = of > 0 && state.phase !== 'settling' && !state.done ? { step: Math.min(state.passed + 1, of), of } : {};
  return { guidance: what, ...(step && { challenge: step }), parameters: { ...place, ...parameters } };
}

function advice(state: CaptureState, plan: CapturePlan, report: FrameReport): Advice {
  if (state.done) return ['done'];
  const { flaw } = report;
  const step = state.phase === 'asking' ? plan.steps[state.passed] : undefined;
  if (flaw === 'face.several-faces') return ['one-person-only'];
  if (flaw && report.box && !(step && PART_OF_A_STEP.has(flaw))) {
    const found = ADVICE[flaw]?.(report.hints);
    if (found) return found;
  }
  if (!step || !report.box || state.effort.jumped) return ['look-at-camera'];
  return [step, { done: state.effort.done, msLeft: Math.max(0, state.since + plan.stepMs - report.at) }];
}

/** Left and right are the customer's own: a face at the left of the picture is that of somebody too far to their right. */
function towardsMiddle({ dx, dy }: Hints): Advice {
  if (Math.abs(dx) >= Math.abs(dy)) return [dx < 0 ? 'move-left' : 'move-right', { by: Math.abs(dx) }];
  return [dy < 0 ? 'move-down' : 'move-up', { by: Math.abs(dy) }];
}
