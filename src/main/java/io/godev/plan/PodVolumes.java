package io.godev.plan;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.godev.api.v1alpha1.Source;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;

/** The volumes of the pod, and where each is mounted. */
final class PodVolumes {
  private static final String RUNTIME = "runtime";

  // the kubelet brings another one after four fifths of it
  private static final long TOKEN_SECONDS = 3600;

  private PodVolumes() {}

  static List<Volume> of(ResolvedEnvironment environment) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(claim("workspace", Claims.workspace(environment)));
    volumes.add(claim("cache", Names.cacheClaim(environment.name())));
    if (isMirrored(environment)) {
      volumes.add(
          new VolumeBuilder()
              .withName("host")
              .withNewPersistentVolumeClaim(Names.hostClaim(environment.name()), true)
              .build());
    }
    var snapshot = environment.spec().source().snapshot();
    if (snapshot != null) {
      // mounted read-only, but no read-only volume: of that the kubelet gives the group nothing
      volumes.add(claim(EnvironmentPod.ARCHIVE, snapshot.archive()));
    }
    volumes.add(scratch(RUNTIME));
    volumes.add(scratch("home"));
    volumes.add(scratch("tmp"));
    volumes.add(requests());
    volumes.add(reportToken());
    if (environment.spec().source().files() != null) {
      volumes.add(
          new VolumeBuilder()
              .withName("files")
              .withNewConfigMap()
              .withName(Names.filesConfigMap(environment.name()))
              .withItems(SourceFiles.items(environment))
              .endConfigMap()
              .build());
    }
    // a missing ConfigMap or Secret must not leave the pod waiting without a word: the runtime
    // names it
    var bundle = environment.spec().proxy().caBundle();
    if (bundle != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(EnvironmentPod.CA)
              .withNewConfigMap()
              .withName(bundle.name())
              .withOptional(true)
              .addNewItem()
              .withKey(bundle.key())
              .withPath("ca.crt")
              .endItem()
              .endConfigMap()
              .build());
    }
    var credentials = environment.spec().go().modules().credentials();
    if (credentials != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(EnvironmentPod.NETRC)
              .withNewSecret()
              .withSecretName(credentials.name())
              .withOptional(true)
              .withDefaultMode(0440)
              .addNewItem()
              .withKey("netrc")
              .withPath("netrc")
              .endItem()
              .endSecret()
              .build());
    }
    if (gitCredentials(environment) != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(EnvironmentPod.GIT)
              .withNewSecret()
              .withSecretName(gitCredentials(environment).name())
              .withOptional(true)
              .withDefaultMode(0440)
              .endSecret()
              .build());
    }
    return volumes;
  }

  private static Source.Credentials gitCredentials(ResolvedEnvironment environment) {
    var git = environment.spec().source().git();
    return git == null ? null : git.credentials();
  }

  /** Mounts of the container that only brings the runtime. */
  static List<VolumeMount> ofRuntime() {
    return List.of(mount(RUNTIME, Paths.RUNTIME, false));
  }

  /** Mounts of the container of the program, which alone is told of requests and reports. */
  static List<VolumeMount> ofDev(ResolvedEnvironment environment) {
    var mounts = ofGo(environment);
    mounts.add(mount("requests", Paths.REQUESTS, true));
    mounts.add(mount("report", Paths.REPORT, true));
    var git = environment.spec().source().git();
    if (git != null && git.follow() != null) {
      addGitCredentials(mounts, environment);
    }
    addHostFolder(mounts, environment);
    return mounts;
  }

  /** Mounts of the container that brings the source. */
  static List<VolumeMount> ofSource(ResolvedEnvironment environment) {
    var mounts = ofGo(environment);
    addGitCredentials(mounts, environment);
    addHostFolder(mounts, environment);
    if (environment.spec().source().snapshot() != null) {
      mounts.add(mount(EnvironmentPod.ARCHIVE, Paths.ARCHIVE, true));
    }
    return mounts;
  }

  private static boolean isMirrored(ResolvedEnvironment environment) {
    return environment.spec().source().hostPath() != null;
  }

  private static void addHostFolder(List<VolumeMount> mounts, ResolvedEnvironment environment) {
    if (isMirrored(environment)) {
      mounts.add(mount("host", Paths.HOST, true));
    }
  }

  private static void addGitCredentials(List<VolumeMount> mounts, ResolvedEnvironment environment) {
    if (gitCredentials(environment) != null) {
      mounts.add(mount(EnvironmentPod.GIT, Paths.GIT, true));
    }
  }

  /** Mounts of every container that runs Go. */
  static List<VolumeMount> ofGo(ResolvedEnvironment environment) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount("workspace", Paths.WORKSPACE, false));
    mounts.add(mount("cache", Paths.CACHE, false));
    mounts.add(mount(RUNTIME, Paths.RUNTIME, false));
    mounts.add(mount("home", Paths.HOME, false));
    mounts.add(mount("tmp", Paths.TMP, false));
    if (environment.spec().source().files() != null) {
      mounts.add(mount("files", Paths.FILES, true));
    }
    if (environment.spec().proxy().caBundle() != null) {
      mounts.add(mount(EnvironmentPod.CA, Paths.USER_CA, true));
    }
    if (environment.spec().go().modules().credentials() != null) {
      mounts.add(mount(EnvironmentPod.NETRC, Paths.NETRC, true));
    }
    return mounts;
  }

  private static Volume claim(String name, String claim) {
    return new VolumeBuilder()
        .withName(name)
        .withNewPersistentVolumeClaim()
        .withClaimName(claim)
        .endPersistentVolumeClaim()
        .build();
  }

  private static Volume scratch(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  private static Volume requests() {
    return new VolumeBuilder()
        .withName("requests")
        .withNewDownwardAPI()
        .withItems(
            annotation("debug", ResolvedEnvironment.DEBUG_ANNOTATION),
            annotation("report-ca", EnvironmentPod.REPORT_AUTHORITY),
            annotation("idle-minutes", EnvironmentPod.IDLE_MINUTES))
        .endDownwardAPI()
        .build();
  }

  private static DownwardAPIVolumeFile annotation(String file, String name) {
    return new DownwardAPIVolumeFileBuilder()
        .withPath(file)
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath("metadata.annotations['" + name + "']")
        .endFieldRef()
        .build();
  }

  // good for nothing but the report
  private static Volume reportToken() {
    return new VolumeBuilder()
        .withName("report")
        .withNewProjected()
        .addNewSource()
        .withNewServiceAccountToken()
        .withAudience(EnvironmentPod.REPORT_AUDIENCE)
        .withExpirationSeconds(TOKEN_SECONDS)
        .withPath("token")
        .endServiceAccountToken()
        .endSource()
        .endProjected()
        .build();
  }

  private static VolumeMount mount(String name, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(path)
        .withReadOnly(readOnly ? Boolean.TRUE : null)
        .build();
  }
}
