namespace Firmware.StratumV2;

/// <summary>The peer broke the protocol. The connection is dropped, and nothing else.</summary>
public class ProtocolException(string message) : Exception(message);
