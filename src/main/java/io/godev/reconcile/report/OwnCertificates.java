package io.godev.reconcile.report;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that the operator makes and renews by itself. All replicas have them from one
 * Secret, which the installation brings empty: so the operator needs no right to make Secrets.
 */
public final class OwnCertificates implements CertificateSource {
  /** Name of the Secret in the operator's namespace. */
  public static final String SECRET = "godev-operator-report";

  private static final Logger LOG = LoggerFactory.getLogger(OwnCertificates.class);
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final String namespace;
  private final String host;
  private final Clock clock;

  /**
   * Certificates of a host.
   *
   * @param namespace of the operator
   * @param host by which the runtime reaches the endpoint
   */
  public OwnCertificates(KubernetesClient client, String namespace, String host, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.host = host;
    this.clock = clock;
  }

  @Override
  public Identity refresh() {
    for (var attempt = 1; ; attempt++) {
      try {
        return identity(kept());
      } catch (KubernetesClientException e) {
        // another replica was there first, and its certificates are as good
        if (e.getCode() != HTTP_CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Certificates kept() {
    var secret = client.secrets().inNamespace(namespace).withName(SECRET).get();
    if (secret == null) {
      throw new IllegalStateException(
          "the Secret %s is not in the namespace %s; apply the installation of this release again"
              .formatted(SECRET, namespace));
    }
    var kept = read(secret);
    var now = clock.instant();
    if (kept == null) {
      return write(secret, Certificates.create(host, now));
    }
    return kept.renewed(host, now).map(renewed -> write(secret, renewed)).orElse(kept);
  }

  private Certificates write(Secret seen, Certificates certificates) {
    client
        .resource(
            new SecretBuilder(seen)
                .withData(
                    Map.of(
                        "ca.crt", encoded(certificates.authorities()),
                        "ca.key", encoded(certificates.authorityKey()),
                        "tls.crt", encoded(certificates.certificate()),
                        "tls.key", encoded(certificates.key())))
                .build())
        // only what was seen is replaced
        .lockResourceVersion(seen.getMetadata().getResourceVersion())
        .update();
    LOG.info(
        "certificates of the report's endpoint written namespace={} name={}", namespace, SECRET);
    return certificates;
  }

  // null where there is nothing that can be used
  private Certificates read(Secret secret) {
    var data = new TreeMap<String, String>();
    if (secret.getData() != null) {
      secret.getData().forEach((name, value) -> data.put(name, decoded(value)));
    }
    if (!data.keySet().containsAll(Set.of("ca.crt", "ca.key", "tls.crt", "tls.key"))) {
      return null;
    }
    var certificates =
        new Certificates(
            data.get("ca.crt"), data.get("ca.key"), data.get("tls.crt"), data.get("tls.key"));
    try {
      Certificates.certificates(certificates.authorities());
      Certificates.certificates(certificates.certificate());
      return certificates;
    } catch (IllegalArgumentException e) {
      LOG.warn("the Secret {} cannot be read, it is written anew: {}", SECRET, e.getMessage());
      return null;
    }
  }

  private static Identity identity(Certificates certificates) {
    return new Identity(certificates.authorities(), certificates.certificate(), certificates.key());
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }
}
