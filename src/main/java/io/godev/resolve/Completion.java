package io.godev.resolve;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.Go;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Proxy;
import io.godev.api.v1alpha1.Reload;
import io.godev.api.v1alpha1.Resources;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.SecurityContext;
import io.godev.api.v1alpha1.Source;
import io.godev.api.v1alpha1.Storage;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;

/** Fills every default of a spec in. The defaults are those that the field descriptions promise. */
final class Completion {
  static final String GO_VERSION = "1.26";
  static final Quantity CPU_REQUEST = new Quantity("250m");
  static final Quantity MEMORY_REQUEST = new Quantity("256Mi");
  static final Quantity CPU_LIMIT = new Quantity("2");
  // go build of a program with a few hundred packages takes minutes below 512 MiB
  static final Quantity MEMORY_LIMIT = new Quantity("1Gi");
  static final Quantity WORKSPACE_SIZE = new Quantity("2Gi");
  static final Quantity CACHE_SIZE = new Quantity("5Gi");
  static final int DEBUGGER_PORT = 40_000;
  static final long USER = 1000;
  static final long GROUP = 3000;
  static final long FS_GROUP = 2000;

  private Completion() {}

  static GoDevEnvironmentSpec of(GoDevEnvironmentSpec spec, PlatformDefaults defaults) {
    return new GoDevEnvironmentSpec(
        or(spec.mode(), GoDevEnvironmentSpec.Mode.Running),
        spec.profile(),
        source(spec.source()),
        go(or(spec.go(), new Go(null, null, null, null, null)), defaults),
        run(or(spec.run(), new Run(null, null, null, null, null, null))),
        reload(or(spec.reload(), new Reload(null, null, null, null)), spec.source()),
        debug(or(spec.debug(), new Debug(null, null))),
        spec.profiling(),
        proxy(or(spec.proxy(), new Proxy(null, null, null, null))),
        resources(or(spec.resources(), new Resources(null, null))),
        user(or(spec.securityContext(), new SecurityContext(null, null, null, null))),
        storage(or(spec.storage(), new Storage(null, null, null)), spec.source()),
        spec.idle(),
        spec.expiry(),
        or(spec.deletionProtection(), false));
  }

  private static Source source(Source source) {
    if (source.hostPath() != null) {
      var folder = source.hostPath();
      return Source.of(new Source.HostFolder(folder.path(), or(folder.host(), Source.Host.Auto)));
    }
    var snapshot = source.snapshot();
    if (snapshot != null) {
      return Source.of(new Source.Snapshot(snapshot.archive(), or(snapshot.directory(), ".")));
    }
    var git = source.git();
    return git == null
        ? source
        : Source.of(
            new Source.Git(
                git.url(),
                git.ref(),
                or(git.directory(), "."),
                or(git.depth(), 1),
                or(git.submodules(), false),
                git.credentials(),
                git.follow()));
  }

  private static Go go(Go go, PlatformDefaults defaults) {
    var version = or(go.version(), GO_VERSION);
    var modules = or(go.modules(), new Go.Modules(null, null, null, null, null));
    return new Go(
        version,
        or(go.image(), defaults.goImageFor(version)),
        new Go.Modules(
            or(modules.proxy(), List.of()),
            modules.sumDatabase(),
            or(modules.privatePatterns(), List.of()),
            modules.credentials(),
            or(modules.lock(), Go.Lock.ReadOnly)),
        or(go.flags(), List.of()),
        or(go.env(), List.of()));
  }

  private static Run run(Run run) {
    return new Run(
        run.mainPackage(),
        or(run.args(), List.of()),
        or(run.env(), List.of()),
        or(run.ports(), List.<Run.Port>of()).stream()
            .map(
                port ->
                    new Run.Port(
                        port.name(),
                        port.containerPort(),
                        or(port.port(), port.containerPort()),
                        or(port.protocol(), Run.Protocol.TCP),
                        or(port.expose(), Run.Expose.Cluster)))
            .toList(),
        run.readiness(),
        or(run.instrument(), Run.Instrument.None));
  }

  // a module never changes, and files change with the spec, which makes the pod anew
  private static Reload reload(Reload reload, Source source) {
    return new Reload(
        or(
            reload.mode(),
            source.module() != null || source.files() != null
                ? Reload.Mode.Off
                : Reload.Mode.OnChange),
        or(reload.watch(), Reload.Watch.Auto),
        or(reload.exclude(), List.of()),
        or(reload.whilePaused(), Reload.WhilePaused.Wait));
  }

  private static Debug debug(Debug debug) {
    return new Debug(or(debug.mode(), Debug.Mode.Off), or(debug.port(), DEBUGGER_PORT));
  }

  private static Proxy proxy(Proxy proxy) {
    var bundle = proxy.caBundle();
    return new Proxy(
        proxy.http(),
        proxy.https(),
        or(proxy.noProxy(), List.of()),
        bundle == null ? null : new Proxy.CaBundle(bundle.name(), or(bundle.key(), "ca.crt")));
  }

  private static Resources resources(Resources resources) {
    var none = new Resources.Amounts(null, null);
    var requests = or(resources.requests(), none);
    var limits = or(resources.limits(), none);
    var cpuLimit = stored(or(limits.cpu(), larger(CPU_LIMIT, requests.cpu())));
    var memoryLimit = stored(or(limits.memory(), larger(MEMORY_LIMIT, requests.memory())));
    return new Resources(
        new Resources.Amounts(
            stored(or(requests.cpu(), smaller(CPU_REQUEST, cpuLimit))),
            stored(or(requests.memory(), smaller(MEMORY_REQUEST, memoryLimit)))),
        new Resources.Amounts(cpuLimit, memoryLimit));
  }

  private static SecurityContext user(SecurityContext context) {
    var capabilities = context.capabilities();
    return new SecurityContext(
        or(context.runAsUser(), USER),
        or(context.runAsGroup(), GROUP),
        or(context.fsGroup(), FS_GROUP),
        new SecurityContext.Capabilities(
            capabilities == null ? List.of() : or(capabilities.add(), List.of())));
  }

  private static Storage storage(Storage storage, Source source) {
    return new Storage(
        source.claim() == null ? volume(storage.workspace(), WORKSPACE_SIZE) : null,
        volume(storage.cache(), CACHE_SIZE),
        or(storage.onDelete(), Storage.OnDelete.Retain));
  }

  private static Storage.Volume volume(Storage.Volume volume, Quantity size) {
    return volume == null
        ? new Storage.Volume(size, null)
        : new Storage.Volume(stored(or(volume.size(), size)), volume.storageClassName());
  }

  /**
   * The amount that an object shows which was made with this one: the API server rounds up to
   * thousandths ({@code SetDefaults_ResourceList}). Any other would be set again in every pass.
   */
  private static Quantity stored(Quantity amount) {
    var exact = amount.getNumericalAmount();
    var rounded = exact.setScale(3, RoundingMode.CEILING);
    return rounded.compareTo(exact) == 0
        ? amount
        : new Quantity(rounded.unscaledValue().toString(), "m");
  }

  private static Quantity larger(Quantity one, Quantity other) {
    return other == null || one.compareTo(other) >= 0 ? one : other;
  }

  private static Quantity smaller(Quantity one, Quantity other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static <T> T or(T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
