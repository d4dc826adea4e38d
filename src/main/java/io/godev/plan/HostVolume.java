package io.godev.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;
import java.util.Map;

/**
 * A folder of the node, as a volume behind a claim: Pod Security, even baseline, refuses a pod that
 * names the folder itself.
 *
 * <p>The claim comes first: a volume whose claim never came would stay when the environment goes.
 */
public final class HostVolume {
  /** Label of a volume, which has no namespace, with that of its environment. */
  public static final String NAMESPACE = "godev.io/namespace";

  /** Label of a volume, which no owner takes along, with its environment's uid. */
  public static final String UID = "godev.io/uid";

  // neither is ever compared with what the folder holds
  private static final Map<String, Quantity> CAPACITY = Map.of("storage", new Quantity("1Gi"));
  private static final String READ_ONLY = "ReadOnlyMany";

  private HostVolume() {}

  /**
   * Whether it is a volume that the operator made. A label alone does not tell: a user who may make
   * volumes may copy it.
   */
  public static boolean is(PersistentVolume volume) {
    var labels = volume.getMetadata().getLabels();
    var spec = volume.getSpec();
    if (labels == null || spec == null || spec.getHostPath() == null) {
      return false;
    }
    var claim = spec.getClaimRef();
    var environment = labels.get(Names.ENVIRONMENT);
    var namespace = labels.get(NAMESPACE);
    return claim != null
        && environment != null
        && namespace != null
        && Names.isOf(environment, volume)
        && volume.getMetadata().getName().equals(name(labels.get(UID)))
        && namespace.equals(claim.getNamespace())
        && Names.hostClaim(environment).equals(claim.getName());
  }

  private static String name(String uid) {
    return "godev-" + uid;
  }

  static List<HasMetadata> of(ResolvedEnvironment environment) {
    var folder = environment.spec().source().hostPath();
    if (folder == null) {
      return List.of();
    }
    var volume = name(environment.uid());
    var claim =
        new PersistentVolumeClaimBuilder()
            .withMetadata(Names.owned(environment, Names.hostClaim(environment.name())))
            .withNewSpec()
            .withAccessModes(READ_ONLY)
            // none: the default class would be filled in, and would make a volume of its own
            .withStorageClassName("")
            .withVolumeName(volume)
            .withNewResources()
            .withRequests(CAPACITY)
            .endResources()
            .endSpec()
            .build();
    return List.of(
        claim,
        new PersistentVolumeBuilder()
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(volume)
                    .withLabels(
                        Map.of(
                            Names.MANAGED_BY,
                            Names.OPERATOR,
                            Names.ENVIRONMENT,
                            environment.name(),
                            NAMESPACE,
                            environment.namespace(),
                            UID,
                            environment.uid()))
                    .build())
            .withNewSpec()
            .withAccessModes(READ_ONLY)
            .withCapacity(CAPACITY)
            // the developer's files are nobody's to delete
            .withPersistentVolumeReclaimPolicy("Retain")
            .withNewClaimRef()
            .withNamespace(environment.namespace())
            .withName(claim.getMetadata().getName())
            .endClaimRef()
            // unset, a folder that is not there is silently an empty one
            .withNewHostPath(folder.path(), "Directory")
            .endSpec()
            .build());
  }
}
