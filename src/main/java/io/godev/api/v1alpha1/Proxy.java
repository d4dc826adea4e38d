package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What stands between the environment and the outside. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "[has(self.http) ? self.http : '', has(self.https) ? self.https : ''].all(u, u == '' ||"
            + " u.matches('^(https?|socks5h?)://[^\\\\s[:cntrl:]/@]+/?$'))",
    message =
        "spec.proxy.http and spec.proxy.https must be URLs such as http://proxy.example.com:3128, without a login")
@ValidationRule(
    value =
        "!has(self.noProxy) || self.noProxy.all(h, h.matches('^[^\\\\s[:cntrl:],/]+(/[0-9]{1,3})?$'))",
    message =
        "spec.proxy.noProxy: each entry must be a host, a domain such as .example.com, an address or a CIDR")
public record Proxy(
    @JsonPropertyDescription("Proxy for http:// URLs (HTTP_PROXY). Change: restart.")
        @Size(min = 1, max = 512)
        String http,
    @JsonPropertyDescription("Proxy for https:// URLs (HTTPS_PROXY). Change: restart.")
        @Size(min = 1, max = 512)
        String https,
    @JsonPropertyDescription(
            "Hosts, domains and networks reached without the proxy (NO_PROXY); the cluster's own and"
                + " localhost are added. Change: restart.")
        @Size(max = 64)
        List<@Size(min = 1, max = 253) String> noProxy,
    @JsonPropertyDescription(
            "ConfigMap with the certificates (PEM) of authorities to trust beside the image's own."
                + " Change: restart.")
        CaBundle caBundle) {

  /** A key of a ConfigMap that holds PEM certificates. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "self.name.matches('"
              + Patterns.OBJECT_NAME
              + "') && (!has(self.key) ||"
              + " self.key.matches('^[-._a-zA-Z0-9]+$') && self.key != '.' && !self.key.startsWith('..'))",
      message =
          "spec.proxy.caBundle needs the name of a ConfigMap in this namespace and one of its keys")
  public record CaBundle(
      @JsonPropertyDescription("Name of the ConfigMap.") @Required @Size(min = 1, max = 253)
          String name,
      @JsonPropertyDescription("Key with the certificates. Default: ca.crt.")
          @Size(min = 1, max = 253)
          String key) {}
}
