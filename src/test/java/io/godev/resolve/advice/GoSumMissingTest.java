package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoSumMissingTest {
  private final Verdicts verdicts = new Verdicts(new GoSumMissing());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\n\", main.go: package main}}",
        "source: {files: {go.mod: \"module m\\n\\tgo 1.26\\n\\nrequire (\\n\\texample.com/a v1.0.0\\n)\\n\", main.go: package main}}",
        "source: {files: {go.mod: \"require(example.com/a v1.0.0)\", main.go: package main}}",
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\n\", a/go.sum: x, main.go: package main}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "source: {claim: {name: code}}",
        "source: {files: {go.mod: \"module m\\n\", main.go: package main}}",
        "source: {files: {go.mod: \"module require\\n// require example.com/a\\n\", main.go: package main}}",
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\n\", go.sum: '', main.go: package main}}",
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\n\", vendor/modules.txt: '', main.go: package main}}",
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\nreplace example.com/a => ./a\\n\", main.go: package main}}",
        "source: {files: {go.mod: \"module m\\nrequire example.com/a v1.0.0\\n\", main.go: package main}}\ngo: {modules: {lock: Update}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
