package io.godev.resolve;

import static io.godev.plan.Environments.DEFAULTS;
import static io.godev.plan.Environments.environment;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule, kept and broken. */
class RulesTest {

  @Test
  void filesMayFillTheirLimitToTheByte() {
    // Given: 921600 bytes with the go.mod of one byte
    var spec = "source: {files: {go.mod: m, a.go: %s}}";

    // Then
    assertThat(problems(Rules::filesFitIntoAConfigMap, spec.formatted("x".repeat(921_599))))
        .isEmpty();
    assertThat(problems(Rules::filesFitIntoAConfigMap, spec.formatted("x".repeat(921_600))))
        .singleElement()
        .asString()
        .startsWith("spec.source.files: holds 921601 bytes, at most 921600 fit; ");
  }

  @Test
  void theSizeOfFilesIsCountedInBytesNotInLetters() {
    // Given: two bytes a letter
    var spec = "source: {files: {go.mod: m, a.go: %s}}".formatted("ü".repeat(500_000));

    // Then
    assertThat(problems(Rules::filesFitIntoAConfigMap, spec))
        .singleElement()
        .asString()
        .contains("1000001 bytes");
  }

  @Test
  void aNameIsNotBothAFileAndAFolder() {
    // Given
    var spec = "source: {files: {go.mod: m, %s: x, %s: y}}";

    // Then
    assertThat(problems(Rules::filesAreNotFoldersToo, spec.formatted("cmd", "cmd/main.go")))
        .containsExactly(
            "spec.source.files: cmd is a file, and the folder of cmd/main.go; rename one of the two");
    assertThat(problems(Rules::filesAreNotFoldersToo, spec.formatted("a", "a/b/c.go")))
        .singleElement()
        .asString()
        .contains("the folder of a/b/c.go");
    assertThat(problems(Rules::filesAreNotFoldersToo, spec.formatted("cmd.go", "cmd/main.go")))
        .isEmpty();
    assertThat(problems(Rules::filesAreNotFoldersToo, "")).isEmpty();
  }

  @Test
  void aGoModAtTheRootIsDemandedOfFilesAlone() {
    assertThat(problems(Rules::filesHoldAGoMod, "source: {files: {go.mod: m}}")).isEmpty();
    assertThat(problems(Rules::filesHoldAGoMod, "source: {claim: {name: code}}")).isEmpty();
    assertThat(problems(Rules::filesHoldAGoMod, "")).isEmpty();
    assertThat(problems(Rules::filesHoldAGoMod, "source: {files: {cmd/go.mod: m, main.go: x}}"))
        .containsExactly(
            "spec.source.files: has no go.mod; add one, such as \"module example.com/hello\" and"
                + " \"go 1.26\" on two lines");
  }

  @ParameterizedTest
  @CsvSource({
    "GOPROXY, use spec.go.modules.proxy",
    "GOSUMDB, use spec.go.modules.sumDatabase",
    "GOPRIVATE, use spec.go.modules.private",
    "NETRC, use spec.go.modules.credentials",
    "GOFLAGS, use spec.go.flags",
    "GOTOOLCHAIN, use spec.go.version",
    "GOCACHE, it is a folder of the cache volume",
    "GOMODCACHE, it is a folder of the cache volume",
    "GOPATH, it is a folder of the cache volume",
    "GOTMPDIR, it is /tmp",
    "HOME, it is /home/godev",
    "HTTP_PROXY, use spec.proxy.http",
    "HTTPS_PROXY, use spec.proxy.https",
    "NO_PROXY, use spec.proxy.noProxy",
    "http_proxy, use spec.proxy.http",
    "https_proxy, use spec.proxy.https",
    "no_proxy, use spec.proxy.noProxy",
    "SSL_CERT_FILE, use spec.proxy.caBundle",
  })
  void aVariableWithAFieldIsRefusedForTheBuildAndForTheProgram(String name, String remedy) {
    // Given
    var env = "{env: [{name: FREE, value: x}, {name: %s, value: x}]}".formatted(name);

    // Then
    assertThat(problems(Rules::goEnvLeavesFieldsAlone, "go: " + env))
        .containsExactly("spec.go.env[1].name: %s cannot be set here; %s".formatted(name, remedy));
    assertThat(problems(Rules::runEnvLeavesTheRuntimeAlone, "run: " + env))
        .containsExactly("spec.run.env[1].name: %s cannot be set here; %s".formatted(name, remedy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CGO_ENABLED", "GONOSUMDB", "GOEXPERIMENT", "GODEBUG", "home", "PORT"})
  void otherVariablesAreTheUsers(String name) {
    // Given
    var env = "{env: [{name: %s, value: x}]}".formatted(name);

    // Then
    assertThat(problems(Rules::goEnvLeavesFieldsAlone, "go: " + env)).isEmpty();
    assertThat(problems(Rules::runEnvLeavesTheRuntimeAlone, "run: " + env)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-mod=mod, mod, use spec.go.modules.lock",
    "--mod=vendor, mod, use spec.go.modules.lock",
    "-o=/tmp/x, o, the runtime decides where the program is written",
    "-C=cmd, C, use spec.run.package",
  })
  void aFlagWithAFieldIsRefused(String flag, String name, String remedy) {
    assertThat(problems(Rules::flagsLeaveFieldsAlone, "go: {flags: [-race, %s]}".formatted(flag)))
        .containsExactly("spec.go.flags[1]: -%s cannot be set here; %s".formatted(name, remedy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-race", "-tags=mod", "-modfile=other.mod", "-overlay=o.json", "-c"})
  void otherFlagsAreTheUsers(String flag) {
    assertThat(problems(Rules::flagsLeaveFieldsAlone, "go: {flags: [%s]}".formatted(flag)))
        .isEmpty();
  }

  // go tool dist list
  @ParameterizedTest
  @ValueSource(
      strings = {
        "386",
        "amd64",
        "arm",
        "arm64",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mipsle",
        "ppc64",
        "ppc64le",
        "riscv64",
        "s390x"
      })
  void everyArchitectureOfGoOnLinuxIsTaken(String architecture) {
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOARCH", architecture))).isEmpty();
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOOS", "linux"))).isEmpty();
    // the go command takes an empty one for none
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOOS", ""))).isEmpty();
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOARCH", ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "armv6l | arm with GOARM=6",
        "armv6 | arm with GOARM=6",
        "armv7l | arm with GOARM=7",
        "armv7 | arm with GOARM=7",
        "armhf | arm with GOARM=7",
        "aarch64 | arm64",
        "x86_64 | amd64",
        "i386 | 386",
        "i686 | 386",
      })
  void anArchitectureOfAnotherNameIsAnsweredWithGos(String written, String right) {
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOARCH", written)))
        .containsExactly(
            "spec.go.env[0].value: %s is no GOARCH; write %s".formatted(written, right));
  }

  @ParameterizedTest
  @ValueSource(strings = {"windows", "darwin", "wasip1", "Linux"})
  void aProgramForAnotherSystemIsRefusedWithTheCommandThatBuildsIt(String system) {
    assertThat(problems(Rules::programRunsOnLinux, goEnv("GOOS", system)))
        .singleElement()
        .asString()
        .startsWith("spec.go.env[0].value: %s programs cannot run in a pod".formatted(system))
        .contains("env GOOS=%s go build".formatted(system));
  }

  @Test
  void theProgramsOwnVariablesChooseNoOtherSystemEither() {
    // the program is built again with them whenever its container is started again
    assertThat(problems(Rules::programRunsOnLinux, "run: {env: [{name: GOOS, value: windows}]}"))
        .singleElement()
        .asString()
        .startsWith("spec.run.env[0].value: windows programs cannot run in a pod");
    assertThat(problems(Rules::programRunsOnLinux, "run: {env: [{name: GOARCH, value: x86_64}]}"))
        .containsExactly("spec.run.env[0].value: x86_64 is no GOARCH; write amd64");
    assertThat(problems(Rules::programRunsOnLinux, "run: {env: [{name: GOARCH}]}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"900000000", "1B", "500KiB", "900MiB", "2GiB", "1TiB", "off", ""})
  void aMemoryLimitAsGoReadsItIsTaken(String limit) {
    assertThat(problems(Rules::memoryLimitIsInGoSyntax, goEnv("GOMEMLIMIT", limit))).isEmpty();
    assertThat(problems(Rules::memoryLimitIsInGoSyntax, "run: {env: [{name: GOMEMLIMIT}]}"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"256Mi", "1G", "1GB", "1.5GiB", "-1", "90%", "OFF", "1 GiB"})
  void aMemoryLimitThatWouldEndTheProcessIsRefused(String limit) {
    assertThat(problems(Rules::memoryLimitIsInGoSyntax, goEnv("GOMEMLIMIT", limit)))
        .singleElement()
        .asString()
        .startsWith("spec.go.env[0].value: %s is no memory limit of Go; ".formatted(limit));
  }

  private static String goEnv(String name, String value) {
    return "go: {env: [{name: %s, value: \"%s\"}]}".formatted(name, value);
  }

  private static List<String> problems(Rule rule, String spec) {
    return rule.check(Completion.of(environment(spec).getSpec(), DEFAULTS))
        .map(Violation::toString)
        .toList();
  }
}
