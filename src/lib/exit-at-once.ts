/**
 * Ends the process as _exit(2) does, whatever its threads do: `process.exit()` waits for what they compute, and a native
 * library that is then called into a thread that ends may abort the process (ONNX Runtime does).
 */
export async function exitAtOnce(code: number): Promise<void> {
  try {
    const { default: koffi } = await import('koffi');
    koffi.load('libc.so.6').func('void _exit(int status)')(code);
  } catch {
    // Not the GNU library.
    process.exit(code);
  }
}
