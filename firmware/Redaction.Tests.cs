namespace Firmware;

public class RedactionTests
{
    private const string Key = "9awtMD5KQgvRUh2yFbjVeT7b6hjipWcAsQHd6wEhgtDT9soosna"; // SV2 reference §12

    [Theory]
    [InlineData("unknown-user somebody.garage", "unknown-user (redacted)")]
    [InlineData("unknown user 'somebody'!", "unknown user '(redacted)'!")]
    [InlineData("SomeBody.Garage SOMEBODY", "(redacted) (redacted)")]
    [InlineData("somebody.garage.somebody.garage", "(redacted).(redacted)")]
    [InlineData("somebodyelse and nosomebody", "somebodyelse and nosomebody")]
    [InlineData("the token is 4711::POOLED::abc.", "the token is (redacted).")]
    [InlineData("", "")]
    [InlineData("mining on pool.example:3333", "mining on pool.example:3333")]
    public void NamesAndTokensAreTakenOutWhereTheyStandAlone(string text, string clean) =>
        Assert.Equal(clean, Redaction.Clean(text, "somebody.garage", "4711::POOLED::abc", ""));

    [Fact]
    public void AnAuthorityKeyIsTakenOutWhereverItStands() => Assert.Equal(
        "stratum2+tcp://a:1/(key),(key) is wrong", Redaction.Clean($"stratum2+tcp://a:1/{Key},{Key} is wrong"));

    [Fact]
    public void AnAccountOfTwoLettersIsNotTakenOutOfEverySentence() =>
        Assert.Equal("it is (redacted)", Redaction.Clean("it is it.garage", "it.garage"));
}
