import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

const readFrom = promisify(read);

const isAgain = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');

/**
 * Makes an open port notice that its line is gone. A read of nothing on a raw tty is a hang-up (termios(3), VMIN = 1), but
 * serialport 13 reads again at once, for as long as nobody writes: a lost line would cost a processor and stay unnoticed.
 */
export function noticeHangUp({ port: binding }: SerialPort): void {
  if (!binding || !('poller' in binding)) return;
  const { fd, poller } = binding;
  if (fd === null) return;
  const isOpen = (): boolean => binding.isOpen;
  const readable = (): Promise<void> =>
    new Promise((resolve, reject) => {
      poller.once('readable', (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  binding.read = async (buffer, offset, length) => {
    for (;;) {
      // Marked so that the stream knows that it was closed on purpose.
      if (!isOpen()) throw Object.assign(new Error('closed'), { canceled: true });
      try {
        const { bytesRead } = await readFrom(fd, buffer, offset, length, null);
        if (bytesRead > 0) return { buffer, bytesRead };
      } catch (error) {
        if (!isAgain(error)) throw error;
        // Closed meanwhile: its poller is gone, and asking it would crash the process.
        if (isOpen()) await readable();
        continue;
      }
      throw new Error('hung up');
    }
  };
}
