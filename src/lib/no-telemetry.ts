/**
 * ONNX Runtime (since 1.29) writes down what it is used for, and sends it to its maker, unless this is set before its
 * first session. A worker thread's own copy of the environment does not count: whoever starts one imports this.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
