/**
 * Judges one model file without loading it: pickle, safetensors, GGUF, ONNX, Keras, archives,
 * templates. Pure but for reading the file.
 */
@NullMarked
package dev.moat.scan;

import org.jspecify.annotations.NullMarked;
