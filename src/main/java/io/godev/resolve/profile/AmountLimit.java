package io.godev.resolve.profile;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** No amount in a group of fields is greater than the profile's. */
abstract class AmountLimit implements ProfileLimit {
  private final String name;
  private final Function<Limits, Limits.Amount> limit;
  private final List<String> fields;

  /**
   * A limit.
   *
   * @param fields paths of the fields, such as {@code resources.limits.cpu}
   */
  AmountLimit(String name, Function<Limits, Limits.Amount> limit, List<String> fields) {
    this.name = name;
    this.limit = limit;
    this.fields = fields;
  }

  /** The amount at one of the fields of a complete spec, or null. */
  abstract Quantity amount(GoDevEnvironmentSpec spec, String field);

  /** Whether a wish for one field is one for all: a request raises the limit that was left out. */
  abstract boolean isOneWish();

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<LimitPolicy> policy(Limits limits) {
    return Optional.ofNullable(limit.apply(limits)).map(amount -> ProfileLimit.or(amount.policy()));
  }

  @Override
  public Stream<Excess> excess(
      GoDevEnvironmentSpec written, GoDevEnvironmentSpec spec, Limits limits) {
    var most = limit.apply(limits).most();
    var wishes = SpecTree.of(written);
    var outside =
        fields.stream()
            .filter(field -> amount(spec, field) != null && amount(spec, field).compareTo(most) > 0)
            .map(
                field ->
                    new Excess(
                        "spec." + field,
                        amount(spec, field).toString(),
                        wishes.has("spec." + field),
                        "at most " + most,
                        most))
            .toList();
    // what is granted to a request its limit has to follow
    var granted =
        isOneWish()
            && policy(limits).filter(LimitPolicy.Default::equals).isPresent()
            && outside.stream().anyMatch(Excess::asked);
    return outside.stream().filter(excess -> excess.asked() || !granted);
  }

  @Override
  public String outside() {
    return fields.stream().map(AmountLimit::isGreater).collect(Collectors.joining(" || "));
  }

  @Override
  public String message() {
    return "'%s: more than ' + string(LIMIT.most) + ' is asked for'"
        .formatted(
            fields.stream().map(field -> "spec." + field).collect(Collectors.joining(" or ")));
  }

  private static String isGreater(String field) {
    return Cel.present(field)
        + " && quantity(string(object.spec.%s)).isGreaterThan(quantity(string(LIMIT.most)))"
            .formatted(field);
  }
}
