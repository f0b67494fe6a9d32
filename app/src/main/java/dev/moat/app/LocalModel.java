package dev.moat.app;

import dev.moat.engine.Adapter;
import dev.moat.engine.Model;
import dev.moat.engine.ModelFiles;
import dev.moat.engine.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;

/** A model with its tokenizer and perhaps an adapter, ready for the engine. */
record LocalModel(Model model, Tokenizer tokenizer, Optional<Adapter> adapter) {
  /** Reads the files of a model folder and of an adapter folder. */
  static LocalModel open(Path folder, Optional<Path> adapterFolder) {
    return of(ModelFiles.in(folder), adapterFolder.map(ModelFiles::in));
  }

  /** Reads a model, and an adapter of it. */
  static LocalModel of(ModelFiles base, Optional<ModelFiles> adapter) {
    Model model = base.model();
    return new LocalModel(
        model, base.tokenizer(), adapter.map(files -> files.adapter(model.config())));
  }
}
