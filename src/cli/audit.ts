import { auditState } from './audit-state.js';
import { EXIT, printJson } from './command.js';

/** `simkiosk audit`: exit 0 when every invariant holds, 1 when not. */
export async function audit(options: { state: string; json?: boolean }): Promise<void> {
  const result = await auditState(options.state);
  if (options.json) {
    printJson(result);
  } else {
    const { cards, messages } = result;
    process.stdout.write(
      [
        result.consistent ? 'consistent: every invariant holds' : 'NOT consistent:',
        ...result.violations.map((violation) => `  ${violation}`),
        `cards: ${cards.loaded} loaded = ${cards.inStack} in stack + ${cards.inTransport} in transport + ${cards.taken} taken + ${cards.retained} retained + ${cards.uncertain} uncertain`,
        `messages: ${messages.committed} committed, ${messages.acknowledged} acknowledged by the carrier`,
        '',
      ].join('\n'),
    );
  }
  process.exitCode = result.consistent ? EXIT.ok : EXIT.failed;
}
