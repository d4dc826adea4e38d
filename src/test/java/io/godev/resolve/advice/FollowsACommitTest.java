package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowsACommitTest {
  private final Verdicts verdicts = new Verdicts(new FollowsACommit());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {git: {url: 'https://git.example.com/shop.git', ref: '0123456789abcdef0123456789abcdef01234567', follow: {everySeconds: 60}}}",
        "source: {git: {url: 'https://git.example.com/shop.git', ref: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', follow: {everySeconds: 60}}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "source: {git: {url: 'https://git.example.com/shop.git'}}",
        "source: {git: {url: 'https://git.example.com/shop.git', follow: {everySeconds: 60}}}",
        "source: {git: {url: 'https://git.example.com/shop.git', ref: main, follow: {everySeconds: 60}}}",
        "source: {git: {url: 'https://git.example.com/shop.git', ref: '0123456789abcdef0123456789abcdef01234567'}}",
        "source: {git: {url: 'https://git.example.com/shop.git', ref: '0123456789abcdef0123456789abcdef0123456', follow: {everySeconds: 60}}}",
        "source: {git: {url: 'https://git.example.com/shop.git', ref: '0123456789abcdef0123456789abcdef01234567x', follow: {everySeconds: 60}}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
