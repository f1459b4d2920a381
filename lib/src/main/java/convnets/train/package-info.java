/**
 * Training: one loop, and what it is made of.
 *
 * <p>{@link convnets.train.Training} is the door. A {@link convnets.train.Task} says what a network
 * is trained for. Where several networks learn, or one learns otherwise, a {@link
 * convnets.train.Learner} says what a step does, and its {@link convnets.train.Player}s are the
 * networks. A {@link convnets.train.Schedule} says how fast to learn, an {@link
 * convnets.train.Optimizer} turns gradients into changes, {@link convnets.train.Callback}s look on,
 * and a {@link convnets.train.History} is what remains. {@link convnets.train.Evaluation} measures
 * a trained network. {@link convnets.train.Devices} picks the device. A {@link
 * convnets.train.RateSearch} shows which learning rates a network bears.
 */
package convnets.train;
