package io.godev.resolve.advice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionsInPathTest {
  private final Verdicts verdicts = new Verdicts(new MountOptionsInPath());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {hostPath: {path: '/mnt/wsl/shop:cached'}}",
        "source: {hostPath: {path: '/mnt/wsl/shop:ro,noatime'}}",
        "source: {hostPath: {path: 'C:\\Users\\me\\shop:delegated'}}",
        "source: {hostPath: {path: '/mnt/wsl/shop:rshared'}}"
      })
  void itSpeaks(String spec) {
    verdicts.speaks(spec);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: Running",
        "source: {hostPath: {path: '/mnt/wsl/shop'}}",
        "source: {hostPath: {path: 'C:\\Users\\me\\shop'}}",
        "source: {hostPath: {path: 'C:\\ro'}}",
        "source: {hostPath: {path: '/mnt/wsl/cached'}}",
        "source: {hostPath: {path: '/mnt/wsl/a:b'}}",
        "source: {hostPath: {path: '/mnt/wsl/shop:ro,x'}}",
        "source: {sync: {}}"
      })
  void itIsSilent(String spec) {
    verdicts.isSilent(spec);
  }
}
