package io.godev.cli.check;

import dev.cel.bundle.CelFactory;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * CEL as the API server has it, as far as our rules use it. See <a
 * href="https://kubernetes.io/docs/reference/using-api/cel/">Common Expression Language in
 * Kubernetes</a>.
 */
public final class Cel {
  private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");

  private final dev.cel.bundle.Cel cel;
  private final Map<String, CelRuntime.Program> programs = new ConcurrentHashMap<>();

  /** CEL with these variables, of which nothing is known before they are there. */
  public Cel(String... variables) {
    var builder =
        CelFactory.standardCelBuilder()
            .setOptions(CelOptions.current().build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelOptionalLibrary.INSTANCE)
            .addRuntimeLibraries(CelOptionalLibrary.INSTANCE)
            .addFunctionDeclarations(
                function("isQuantity", "is_quantity_string", SimpleType.BOOL, SimpleType.STRING),
                function("quantity", "string_to_quantity", QUANTITY, SimpleType.STRING),
                method("compareTo", "quantity_compare_to", SimpleType.INT),
                method("isGreaterThan", "quantity_is_greater_than", SimpleType.BOOL),
                method("isLessThan", "quantity_is_less_than", SimpleType.BOOL))
            .addFunctionBindings(
                CelFunctionBinding.from(
                    "is_quantity_string",
                    String.class,
                    text -> KubernetesQuantity.parse(text).isPresent()),
                CelFunctionBinding.from("string_to_quantity", String.class, Cel::quantity),
                CelFunctionBinding.from(
                    "quantity_compare_to",
                    BigDecimal.class,
                    BigDecimal.class,
                    (one, other) -> (long) one.compareTo(other)),
                CelFunctionBinding.from(
                    "quantity_is_greater_than",
                    BigDecimal.class,
                    BigDecimal.class,
                    (one, other) -> one.compareTo(other) > 0),
                CelFunctionBinding.from(
                    "quantity_is_less_than",
                    BigDecimal.class,
                    BigDecimal.class,
                    (one, other) -> one.compareTo(other) < 0));
    for (var variable : variables) {
      builder.addVar(variable, SimpleType.DYN);
    }
    cel = builder.build();
  }

  /**
   * Whether the expression is true.
   *
   * @param variables values of Java for those of CEL: Map, List, String, Long, Double, Boolean
   * @throws CelEvaluationException if it cannot be evaluated for these values
   * @throws IllegalArgumentException if it is no expression, or not one that gives true or false
   */
  public boolean holds(String expression, Map<String, Object> variables)
      throws CelEvaluationException {
    if (programs.computeIfAbsent(expression, this::compile).eval(variables)
        instanceof Boolean answer) {
      return answer;
    }
    throw new IllegalArgumentException(expression + " is neither true nor false");
  }

  private CelRuntime.Program compile(String expression) {
    try {
      return cel.createProgram(cel.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalArgumentException(expression + ": " + e.getMessage(), e);
    }
  }

  private static BigDecimal quantity(String text) {
    return KubernetesQuantity.parse(text)
        .orElseThrow(() -> new IllegalArgumentException(text + " is no quantity"));
  }

  private static CelFunctionDecl function(
      String name, String overload, CelType result, CelType argument) {
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newGlobalOverload(overload, result, argument));
  }

  private static CelFunctionDecl method(String name, String overload, CelType result) {
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newMemberOverload(overload, result, QUANTITY, QUANTITY));
  }
}
