/** What is used of `node-webcam` 0.8, which has no types of its own. */
declare module 'node-webcam' {
  interface Options {
    readonly width: number;
    readonly height: number;
    /** 1…100 */
    readonly quality: number;
    readonly output: 'jpeg';
    readonly device: string;
    /** Pictures to leave out while the camera adjusts itself. */
    readonly skip: number;
    readonly saveShots: boolean;
    readonly callbackReturn: 'location';
    readonly verbose: boolean;
  }

  export interface Webcam {
    /** What a shell starts; arguments follow. */
    bin: string;
    /** Takes a picture into a file. The command goes through a shell, unquoted. */
    capture(location: string, callback: (error: Error | null, location?: string) => void): void;
  }

  const NodeWebcam: { readonly FSWebcam: new (options: Options) => Webcam };
  export default NodeWebcam;
}
