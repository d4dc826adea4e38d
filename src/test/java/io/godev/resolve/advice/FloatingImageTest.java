package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatingImageTest {
  private final Verdicts verdicts = new Verdicts(new FloatingImage());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {image: 'golang'}",
        "go: {image: 'golang:latest'}",
        "go: {image: 'library/golang'}",
        "go: {image: 'registry.example.com/team/go:latest'}",
        "go: {image: 'registry.example.com:5000/go'}",
        "go: {image: 'localhost:5000/team/go'}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "go: {version: '1.26'}",
        "go: {image: 'golang:1.26'}",
        "go: {image: 'golang:latest-1.26'}",
        "go: {image: 'registry.example.com:5000/go:7'}",
        "go: {image: 'golang@sha256:0000000000000000000000000000000000000000000000000000000000000000'}",
        "go: {image: 'golang:latest@sha256:0000000000000000000000000000000000000000000000000000000000000000'}",
        "go: {image: 'golang:nearlylatest'}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
