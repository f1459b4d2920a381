package convnets.train;

import ai.djl.nn.Block;
import convnets.Checks;
import convnets.Lists;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * How fast the parameters of a network learn, by their names: the schedule's rate times a factor.
 *
 * <pre>{@code
 * Rates.alike().rate("features", 0.1).freeze("features.0")
 * }</pre>
 *
 * <p>A rule names a parameter ("fc.weight"), or a scope with all that is in it ("layer1",
 * "layer1.0"); {@code *} stands for anything ("*.bias"). The last rule that names a parameter
 * holds; those that none names have the factor 1.
 */
public final class Rates {

  private static final Rates ALIKE = new Rates(List.of());
  private static final int EXAMPLES = 5;

  private record Rule(String names, double factor) {

    boolean names(String parameter) {
      StringBuilder pattern = new StringBuilder();
      for (String part : names.split("\\*", -1)) {
        pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
      }
      return parameter.matches(pattern + "(\\..*)?");
    }

    @Override
    public String toString() {
      return names + " " + (factor == 0 ? "frozen" : "× " + factor);
    }
  }

  private final List<Rule> rules;

  private Rates(List<Rule> rules) {
    this.rules = rules;
  }

  /** All learn at the schedule's rate. */
  public static Rates alike() {
    return ALIKE;
  }

  /**
   * The same with another rate for some.
   *
   * @param names of parameters or scopes
   * @param factor of the schedule's rate, above 0
   */
  public Rates rate(String names, double factor) {
    return and(new Rule(checked(names), Checks.positive("factor", factor)));
  }

  /**
   * The same with some that do not learn in this training: no gradients are computed for them, and
   * batch norms among them normalise by their running statistics, which stay as they are.
   *
   * @param names of parameters or scopes
   */
  public Rates freeze(String names) {
    return and(new Rule(checked(names), 0));
  }

  private static String checked(String names) {
    if (names.isBlank()) {
      throw new IllegalArgumentException(
          "names (" + names + ") must name a parameter or a scope, as in layer1 or *.bias");
    }
    return names;
  }

  private Rates and(Rule rule) {
    return new Rates(Lists.and(rules, rule));
  }

  /** What the schedule's rate is multiplied by; 0: the parameter is frozen. */
  double factor(String parameter) {
    double factor = 1;
    for (Rule rule : rules) {
      factor = rule.names(parameter) ? rule.factor : factor;
    }
    return factor;
  }

  /**
   * Refuses rules that name nothing.
   *
   * @throws IllegalArgumentException if a rule names none of the block's parameters
   */
  void check(Block block) {
    List<String> parameters = block.getParameters().keys();
    for (Rule rule : rules) {
      if (parameters.stream().noneMatch(rule::names)) {
        StringJoiner examples = new StringJoiner(", ");
        parameters.stream().limit(EXAMPLES).forEach(examples::add);
        throw new IllegalArgumentException(
            "names (%s) are those of no parameter of the network, which has %s%s"
                .formatted(rule.names, examples, parameters.size() > EXAMPLES ? " …" : ""));
      }
    }
  }

  /** As in "features × 0.1, features.0 frozen"; "alike" without a rule. */
  @Override
  public String toString() {
    return rules.isEmpty()
        ? "alike"
        : String.join(", ", rules.stream().map(Rule::toString).toList());
  }
}
