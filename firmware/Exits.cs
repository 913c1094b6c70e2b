namespace Firmware;

/// <summary>The user asked for something that cannot be: a wrong URL, key, config or option. Exit code 2.</summary>
/// <param name="message">One sentence that names the thing and the remedy.</param>
public sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for is right, but the world does not play along: exit code 1.</summary>
/// <param name="message">One sentence that names the thing and the remedy.</param>
public sealed class StartException(string message) : Exception(message);
