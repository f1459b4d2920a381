/**
 * Generative adversarial networks: generators and discriminators, their losses, and the learner in
 * which the two play against each other.
 *
 * <p>A discriminator gives raw scores, any real number, the higher the more real: what they mean
 * the {@link convnets.gan.GanLoss} says. Pictures are (N, C, H, W) with pixels from −1 to 1 here,
 * as a tanh makes them; {@link convnets.gan.Pixels} goes to and fro.
 */
package convnets.gan;
