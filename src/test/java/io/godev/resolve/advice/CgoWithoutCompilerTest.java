package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgoWithoutCompilerTest {
  private final Verdicts verdicts = new Verdicts(new CgoWithoutCompiler());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {image: golang:1.26-alpine, env: [{name: CGO_ENABLED, value: '1'}]}",
        "go: {image: golang:1.26-alpine, flags: [-v, -race]}",
        "go: {image: golang:1.26-alpine, flags: [--race=true]}",
        "go: {image: golang:1.26-alpine}\nrun: {instrument: Race}",
        "go: {image: 'registry.example.com:5000/alpine-go', flags: [-race]}",
        "go: {image: 'golang:1.26-alpine3.22@sha256:0000000000000000000000000000000000000000000000000000000000000000', flags: [-race]}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {image: golang:1.26-alpine}",
        "go: {image: golang:1.26-alpine, env: [{name: CGO_ENABLED, value: '0'}]}",
        "go: {image: golang:1.26-alpine, flags: [-race=false, -tags=race]}",
        "go: {flags: [-race]}",
        "run: {instrument: Race}",
        "go: {image: golang:1.26-alpine}\nrun: {instrument: Coverage}",
        "go: {image: 'alpine/go:1', flags: [-race]}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
