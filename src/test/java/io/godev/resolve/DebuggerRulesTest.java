package io.godev.resolve;

import static io.godev.plan.Environments.DEFAULTS;
import static io.godev.plan.Environments.environment;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebuggerRulesTest {

  @Test
  void theDebuggersPortIsItsOwn() {
    assertThat(problems("debug: {mode: Delve}\nrun: {ports: [{name: http, containerPort: 40000}]}"))
        .containsExactly(
            "spec.debug.port: 40000 is also that of spec.run.ports http; take another one");
    assertThat(problems("debug: {mode: Delve, port: 6060}\nprofiling: {port: 6060}"))
        .containsExactly(
            "spec.debug.port: 6060 is also that of spec.profiling.port; take another one");
  }

  @Test
  void aPortIsFreeWhereNoDebuggerListensOrAnotherProtocolIsSpoken() {
    assertThat(problems("run: {ports: [{name: http, containerPort: 40000}]}")).isEmpty();
    assertThat(
            problems(
                "debug: {mode: Delve}\n"
                    + "run: {ports: [{name: dns, containerPort: 40000, protocol: UDP}]}"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-trimpath",
        "--trimpath",
        "-trimpath=true",
        "-ldflags=-s",
        "-ldflags=-w",
        "-ldflags='-s -w'",
        "-ldflags=-X main.v=1 -w",
        "-ldflags=all=-s"
      })
  void aDebuggerNeedsWhatTheseFlagsLeaveOut(String flag) {
    // Given
    var spec = "go: {flags: [\"%s\"]}".formatted(flag);

    // Then
    assertThat(problems("debug: {mode: Delve}\n" + spec))
        .containsExactly(
            "spec.go.flags[0]: "
                + flag
                + " leaves out what the debugger needs; remove it, or set spec.debug.mode to Off");
    assertThat(problems(spec)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-trimpath=false", "-tags=s", "-ldflags=-X main.v=-sw", "-gcflags=-w"})
  void otherFlagsStay(String flag) {
    assertThat(problems("debug: {mode: Delve}\ngo: {flags: [\"%s\"]}".formatted(flag))).isEmpty();
  }

  @Test
  void theRaceDetectorNeedsCgo() {
    // Given
    var spec = "go: {env: [{name: CGO_ENABLED, value: \"0\"}]}\n";

    // Then
    assertThat(problems(spec + "run: {instrument: Race}"))
        .singleElement()
        .asString()
        .startsWith("spec.go.env[0].value: CGO_ENABLED is 0, and spec.run.instrument: Race needs");
    assertThat(problems(spec + "run: {instrument: Coverage}")).isEmpty();
    assertThat(problems("run: {instrument: Race}")).isEmpty();
  }

  @Test
  void anUnknownRequestForADebuggerIsToldOf() {
    // Given
    var environment = environment("");
    environment.getMetadata().getAnnotations().put(ResolvedEnvironment.DEBUG_ANNOTATION, "yes");

    // When
    var resolution = new Resolver(DEFAULTS).resolve(environment);

    // Then
    assertThat(((Resolution.Rejected) resolution).violations())
        .extracting(Violation::toString)
        .containsExactly(
            "metadata.annotations[godev.io/debug]: yes is no request; write attach, or remove the"
                + " annotation");
  }

  private static List<String> problems(String spec) {
    return new Resolver(DEFAULTS).resolve(environment(spec)) instanceof Resolution.Rejected rejected
        ? rejected.violations().stream().map(Violation::toString).toList()
        : List.of();
  }
}
