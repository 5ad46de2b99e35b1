import { run } from './commands.js';
import { NeedMissing } from './needs.js';

const FORMAT = '$(CREATED_BY) $(LABEL) $(RELEASE) $(COMPONENT) $(REPO_URI)';

/**
 * The Debian mirror that this machine's own apt uses.
 * @throws NeedMissing
 */
export async function debianMirror(): Promise<string> {
  const listed = await run('apt-get', ['indextargets', '--format', FORMAT]).catch(() => '');
  for (const line of listed.split('\n')) {
    const [createdBy, label, release, component, uri] = line.split(' ');
    const plain = createdBy === 'Packages' && label === 'Debian' && component === 'main' && !release?.includes('-');
    if (plain && uri) return uri;
  }
  throw new NeedMissing('apt knows no Debian mirror here: run apt-get update, or use a Debian machine');
}
