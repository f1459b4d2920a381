/** What the command line starts: small programs that speak JSON or lines of text. */
package convnets.cli;
