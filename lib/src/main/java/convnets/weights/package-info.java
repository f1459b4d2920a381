/**
 * Weights in files, by name: {@link convnets.weights.Weights} loads, saves and fetches them.
 *
 * <p>Read are safetensors and PyTorch's checkpoints, the ZIP archives of today and the legacy
 * layout before them; written are safetensors. A file is taken for hostile: nothing in it is
 * executed, every length is compared with what the file can hold before memory is taken, and
 * whatever is wrong ends in a {@link convnets.weights.WeightsException}.
 *
 * <p>A layout ({@code Safetensors}, {@code TorchZip}, {@code TorchLegacy}) only says where in the
 * file which tensor lies, as {@link convnets.weights.StoredTensor}s; {@code TensorReader} reads the
 * numbers, straight into PyTorch's memory.
 */
package convnets.weights;
